/** The file system that holds the workspace: run files, snapshots and reports go there. */
export interface WorkspaceDisk {
  /** The workspace folder; it may not exist yet. */
  readonly path: string;
  /** Bytes that this user may still write. @throws FILE_FAILED */
  readFreeBytes(): Promise<number>;
  /**
   * Does with a small file what is done with every plan: write, sync, rename, sync of the folder; reads it back and removes it.
   * Makes the workspace folder where it is missing. Returns how long that took, in milliseconds.
   * @throws FILE_FAILED @throws DISK_FULL
   */
  proveWritable(): Promise<number>;
}
