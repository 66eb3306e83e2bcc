/** What differs between two messages about the same thing: quoted names, paths and keys, ids, hashes, numbers. */
const PARTICULARS =
  /"[^"]*"|'[^']*'|`[^`]*`|\S*[/\\]\S*|\b[0-9A-HJKMNP-TV-Z]{26}\b|\b[0-9a-f]{8,}(?:-[0-9a-f]{4,})*\b|\d+(?:[.,:]\d+)*/gi;

const MOST_CHARACTERS = 160;

/** The message with `…` for what differs from one entry to the next, so that entries about the same thing can be counted together. */
export function messageClass(message: string): string {
  return message.replaceAll(PARTICULARS, '…').trim().slice(0, MOST_CHARACTERS);
}
