/** SHA-256 over text that arrives in parts. */
export interface Sha256 {
  /** Adds the UTF-8 bytes of `text`. */
  update(text: string): void;
  /** The digest of everything added, as 64 lower-case hex digits. Ends this hash. */
  hex(): string;
}

/** Makes hashes. A port, because the core knows no runtime. */
export interface Hashes {
  sha256(): Sha256;
}
