import type {
  ReconcileFinding,
  ReconcileFindingKind,
  ReconcileQuarantine,
  ReconcileReport,
  ReconcileSummary,
  ReconcileTotals,
} from '../../../shared/domain/reconcile.ts';
import type { Operator, TargetIdentity } from '../../../shared/domain/target.ts';

/** What a report is about, known before anything was found. */
export interface ReportHeader {
  readonly reportId: string;
  readonly target: TargetIdentity;
  readonly startedAt: string;
  readonly startedBy: Operator;
}

/** Something that looked wrong when it was passed; without a position until it is appended. */
export type Suspicion = Omit<ReconcileFinding, 'seq'>;

/** How far the comparison has come. */
export interface ReportMark {
  /** Everything up to this key is in the report; `null`: nothing is. */
  readonly lastKey: string | null;
  /** Whether the end of both, bucket and database, was reached. */
  readonly state: 'comparing' | 'compared';
}

/** A stretch of the comparison: what it adds, and up to where it goes. */
export interface ReportPart {
  readonly suspicions: readonly Suspicion[];
  readonly totals: ReconcileTotals;
  /** Objects and bytes by first folder. */
  readonly folders: ReadonlyMap<string, { readonly objects: number; readonly sizeBytes: number }>;
  readonly quarantine: readonly Omit<ReconcileQuarantine, 'known'>[];
  readonly mark: ReportMark;
}

/** A suspicion as the draft keeps it. `settled`: a second look found nothing wrong. */
export interface StoredSuspicion extends ReconcileFinding {
  readonly settled: boolean;
}

/**
 * A report being made. Exactly one process works on it; another one is refused with TARGET_LOCKED, also after a resume.
 *
 * What was appended with a mark survives the death of the process, page by page.
 */
export interface ReportDraft {
  readonly header: ReportHeader;
  readMark(): ReportMark;
  /** Appends suspicions ahead of the mark that will cover them; a resume forgets them if that mark never came. */
  appendSuspicions(suspicions: readonly Suspicion[]): void;
  /** Appends a stretch and moves the mark, in one transaction. */
  append(part: ReportPart): void;
  totals(): ReconcileTotals;
  countSuspicions(): number;
  /** Suspicions after a position, in order; those that were settled are left out. */
  pageSuspicions(page: {
    readonly afterSeq: number;
    readonly limit: number;
  }): readonly StoredSuspicion[];
  /** Overwrites suspicions, by `seq`. */
  replaceSuspicions(suspicions: readonly StoredSuspicion[]): void;
  /** Makes what was not settled the findings, and gives the file its final name. Durable and complete on return. @throws DISK_FULL */
  finish(finishedAt: string): void;
  /** Leaves the draft as it is, to be resumed. A second call, or one after `finish`, does nothing. */
  close(): void;
}

/** Which findings to read. */
export interface FindingQuery {
  readonly kind?: ReconcileFindingKind | undefined;
  readonly search: string;
  readonly afterSeq: number;
  readonly offset: number;
  readonly limit: number;
}

/** The reconcile reports of a workspace: one SQLite file each, readable with plain `sqlite3`. */
export interface ReconcileReports {
  /** Starts a report. @throws DISK_FULL @throws FILE_FAILED */
  create(header: ReportHeader): ReportDraft;
  /** Opens an unfinished report to go on with it. @throws REPORT_NOT_FOUND @throws REPORT_INVALID @throws TARGET_LOCKED */
  resume(reportId: string): ReportDraft;
  /** One finished report; `known` of its quarantines is not filled in. @throws REPORT_NOT_FOUND @throws REPORT_UNFINISHED @throws REPORT_INVALID */
  read(reportId: string): ReconcileReport;
  /** Findings of a finished report, and how many match in all. @throws as `read` */
  queryFindings(
    reportId: string,
    query: FindingQuery,
  ): { readonly findings: readonly ReconcileFinding[]; readonly total: number };
  /** All reports, newest first. A damaged one is left out: opening it by its id says what is wrong. */
  list(): readonly ReconcileSummary[];
}
