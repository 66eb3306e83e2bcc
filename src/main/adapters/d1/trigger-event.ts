/** A word of SQL, or something that may contain one without meaning it: a comment, a quoted name, a string. */
const tokens =
  /--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]|'(?:[^']|'')*'|\w+/g;

/**
 * The event that a CREATE TRIGGER statement waits for. SQLite has no pragma that tells, so it is read from the text:
 * DELETE, INSERT and UPDATE are reserved, so the first of them outside quotes and comments is the event.
 */
export function triggerEvent(sql: string): 'delete' | 'insert' | 'update' | undefined {
  for (const [token] of sql.matchAll(tokens)) {
    const word = token.toLowerCase();
    if (word === 'delete' || word === 'insert' || word === 'update') return word;
  }
  return undefined;
}
