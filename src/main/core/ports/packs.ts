/** A finished pack. */
export interface FinishedPack {
  readonly path: string;
  readonly sizeBytes: number;
  /** Of the pack itself, hex. */
  readonly sha256: string;
  readonly entryCount: number;
}

/**
 * One file with everything for whoever takes over: a gzipped tar archive. Its last entry, `SHA256SUMS`, names the hash of every other one.
 * Memory does not grow with what goes in.
 */
export interface PackWriter {
  addText(name: string, text: string): Promise<void>;
  /** Lines of which nobody knows how many there will be. */
  addLines(name: string, lines: AsyncIterable<string>): Promise<void>;
  /** A file as it is; one that is not there is left out. Secrets in it are the caller's matter: files of a workspace hold none. */
  addFile(name: string, path: string): Promise<void>;
  /** Every file of a folder and of the folders in it, below `name`; a folder that is not there has none. */
  addFolder(name: string, path: string): Promise<void>;
  /** A SQLite file that another process may be writing: a copy of one state, whole; a damaged one goes in byte by byte, with what is beside it. */
  addDatabase(name: string, path: string): Promise<void>;
  /** Writes the hashes, gives the pack its name. Durable on return. */
  finish(): Promise<FinishedPack>;
  /** Leaves nothing behind. */
  abandon(): Promise<void>;
}

/** Makes packs. */
export interface Packs {
  /** Where logs and backups of the workspace are. */
  readonly folders: { readonly logs: string; readonly backups: string };
  /**
   * Starts a pack at `path`, or for `null` under a name of its own in the workspace's `packs/`.
   * @throws FILE_FAILED @throws DISK_FULL as every method of the writer does.
   */
  create(path: string | null, name: string): Promise<PackWriter>;
}
