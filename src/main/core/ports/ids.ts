/** Makes ids. A port, so that tests are exact. */
export interface Ids {
  /** A new ULID: 26 characters, unique, sorts by time of making. */
  next(): string;
}
