/** One element of an array that is a field of the outermost object: the field's name, and the element as JSON text. */
export interface JsonElement {
  readonly field: string;
  readonly json: string;
}

/** What a file says of itself: the fields of the outermost object that hold a text. */
export type JsonHead = Readonly<Record<string, string>>;

/**
 * Reads a JSON object some of whose fields are arrays, chunk by chunk: a backup may be larger than memory. Gives each element of each
 * array as it comes, however the file is indented, and at the end the fields that hold a text.
 *
 * @throws SyntaxError where the text is not such an object, or ends before it does.
 */
export async function readJsonElements(
  chunks: AsyncIterable<string>,
  onElement: (element: JsonElement) => void,
): Promise<JsonHead> {
  const scanner = new ElementScanner(onElement);
  for await (const chunk of chunks) scanner.read(chunk);
  return scanner.end();
}

/** Follows the structure only; what is between is parsed once its end is found. */
class ElementScanner {
  readonly #onElement: (element: JsonElement) => void;
  readonly #head: Record<string, string> = {};
  /** Open brackets. */
  #depth = 0;
  #place: 'text' | 'string' | 'escape' = 'text';
  /** Of the name, value or element that is being read. */
  #text = '';
  #field: string | null = null;
  /** Whether the value of the field is an array. */
  #inArray = false;
  #ended = false;

  constructor(onElement: (element: JsonElement) => void) {
    this.#onElement = onElement;
  }

  read(chunk: string): void {
    const marks = /["\\,:{}[\]]/g;
    let start = 0;
    if (this.#place === 'escape' && chunk !== '') {
      this.#place = 'string';
      marks.lastIndex = 1;
    }
    for (let found = marks.exec(chunk); found !== null; found = marks.exec(chunk)) {
      const [mark] = found;
      if (this.#place === 'string') {
        if (mark === '"') this.#place = 'text';
        else if (mark === '\\') {
          marks.lastIndex += 1;
          if (marks.lastIndex > chunk.length) {
            this.#place = 'escape';
            break;
          }
        }
        continue;
      }
      if (mark === '"') {
        this.#place = 'string';
        continue;
      }
      this.#text += chunk.slice(start, found.index);
      start = found.index + 1;
      this.#structure(mark);
    }
    this.#text += chunk.slice(start);
  }

  end(): JsonHead {
    if (!this.#ended) throw new SyntaxError('it ends before its object does');
    if (this.#text.trim() !== '') throw new SyntaxError('something follows the end of its object');
    return this.#head;
  }

  #structure(mark: string): void {
    if (this.#ended) throw new SyntaxError('something follows the end of its object');
    if (mark === '{' || mark === '[') this.#open(mark);
    else if (mark === '}' || mark === ']') this.#close(mark);
    else if (mark === ':' && this.#depth === 1) this.#nameField();
    else if (mark === ',' && this.#depth === 1) this.#endField();
    else if (mark === ',' && this.#depth === 2 && this.#inArray) this.#endElement();
    else this.#text += mark;
  }

  #open(mark: string): void {
    const begins = this.#text.trim() === '';
    if (this.#depth === 0 && (mark === '[' || !begins)) throw new SyntaxError('it is no object');
    this.#depth += 1;
    if (this.#depth === 1) this.#text = '';
    else if (this.#depth === 2 && mark === '[' && begins) this.#inArray = true;
    else this.#text += mark;
  }

  #close(mark: string): void {
    if (this.#depth === 1) {
      this.#endField();
      this.#ended = true;
    } else if (this.#depth === 2 && this.#inArray) {
      this.#endElement();
      this.#inArray = false;
    } else this.#text += mark;
    this.#depth -= 1;
  }

  #nameField(): void {
    const name: unknown = JSON.parse(this.#text);
    if (typeof name !== 'string') throw new SyntaxError('a field has no name');
    this.#field = name;
    this.#text = '';
  }

  #endField(): void {
    const json = this.#text.trim();
    this.#text = '';
    if (json !== '') {
      const value: unknown = JSON.parse(json);
      if (this.#field !== null && typeof value === 'string') this.#head[this.#field] = value;
    }
    this.#field = null;
  }

  #endElement(): void {
    const json = this.#text.trim();
    this.#text = '';
    if (json !== '') this.#onElement({ field: this.#field ?? '', json });
  }
}
