/** How the ids of the rows come: `random` as UUIDs do, `sequential` as ULIDs and counters do. Rows are inserted in creation order. */
export type IdOrder = 'random' | 'sequential';

/** Number of files and how their ids come. */
export interface SubjectSize {
  readonly files: number;
  readonly ids: IdOrder;
}

/**
 * One database of the reference schema with a migration in it, to measure on.
 *
 * A floor is the least that anybody could do: no plan, no proof, no journal. Every floor runs on a copy of its own.
 */
export interface BenchSubject {
  readonly size: SubjectSize;
  /** Makes a copy that may be changed. */
  copy(): Promise<SubjectCopy>;
  /** Removes the database; its copies are removed by themselves. */
  remove(): Promise<void>;
}

/** A copy of a subject's database, as it was seeded. */
export interface SubjectCopy {
  /** Environment that makes it the default target. */
  readonly env: Readonly<Record<string, string>>;
  /** Arguments of `floor-child.ts` for the floors that run in Node. */
  readonly floorArgs: readonly string[];
  /** A shell command that dumps and compresses the tables to `path`, and what dumps them; what to install in its place where tools are missing. */
  dumpCommand(
    path: string,
  ): { readonly command: string; readonly by: string } | { readonly missing: string };
  remove(): Promise<void>;
}
