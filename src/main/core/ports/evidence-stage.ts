/** What tells of a row. Of one record each kind is kept once: the first that came. */
export type EvidenceKind = 'snapshot' | 'backup' | 'plan';

/** What the stage keeps: any JSON text, by record. */
export interface Evidence {
  readonly recordId: string;
  readonly json: string;
}

/**
 * What is told of rows while a reconstruction is made, on disk: memory does not grow with it. Nothing of it outlives the process.
 */
export interface EvidenceStage {
  /**
   * Keeps what is new, of records of which nothing older tells. `age` counts the runs before the one that this is about: what an older run
   * found is the state before all of them.
   */
  add(
    from: { readonly kind: EvidenceKind; readonly age: number },
    evidence: readonly Evidence[],
  ): void;
  countRecords(): number;
  /** All evidence of the records after `afterId` (`''`: from the first), in ascending byte order of their ids. */
  page(page: {
    readonly afterId: string;
    readonly limit: number;
  }): readonly { readonly recordId: string; readonly byKind: ReadonlyMap<EvidenceKind, string> }[];
  /** Of `recordIds`, those that something tells of. */
  known(recordIds: readonly string[]): ReadonlySet<string>;
  /** Forgets everything. A second call does nothing. */
  close(): void;
}

/** Makes an empty stage. */
export type OpenEvidenceStage = () => EvidenceStage;
