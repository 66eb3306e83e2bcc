/** A row as PostgreSQL prints it: every cell is its text form, `null` is SQL NULL. So no value passes through a JavaScript number. */
export type TextRow = readonly (string | null)[];

/** What a statement binds: text, `null`, an array of them (`$1::text[]`), or bytes: the value in the binary form of its type. */
export type Parameter = string | number | boolean | null | readonly (string | null)[] | Uint8Array;

/** What a statement gave: its rows, and how many rows it returned or changed. */
export interface QueryResult {
  readonly rows: readonly TextRow[];
  readonly rowCount: number;
}

/**
 * One connection to the server, used by one caller at a time.
 *
 * Text forms are the same on every server: UTC, ISO dates, UTF-8. Every failure is an `OperatorError` translated from its SQLSTATE:
 * DATABASE_UNREACHABLE (the connection broke), DATABASE_TIMEOUT (57014, 55P03), DATABASE_CONFLICT (40001, 40P01), DATABASE_DENIED (42501),
 * DATABASE_READ_ONLY (25006), DISK_FULL (53100), DATABASE_FAILED (anything else).
 */
export interface PostgresSession {
  query(sql: string, values?: readonly Parameter[]): Promise<QueryResult>;
  /** Runs a query through a cursor and yields `chunkSize` rows at a time. One stream at a time; needs an open transaction. */
  stream(
    sql: string,
    values: readonly Parameter[],
    chunkSize: number,
  ): AsyncIterable<readonly TextRow[]>;
  /**
   * All of `work` or nothing of it, durable on return.
   * @throws COMMIT_OUTCOME_UNKNOWN the connection broke between COMMIT and its answer.
   */
  transaction<T>(mode: 'read' | 'write', work: () => Promise<T>): Promise<T>;
  /** Gives the connection back. A transaction that is still open is rolled back. A second call does nothing. */
  close(): Promise<void>;
  /** As `close`, and ends the connection: for one that still holds what the next caller must not inherit. */
  discard(): Promise<void>;
}

/** The connections to one database. */
export interface PostgresSessions {
  /** `host:port/database`, for people. */
  readonly location: string;
  /**
   * `'read'`: the server itself refuses every write of this session (`default_transaction_read_only`). `'write'`: the session of a run.
   * @throws DATABASE_UNREACHABLE @throws DATABASE_TLS_FAILED @throws DATABASE_CREDENTIALS_REJECTED @throws DATABASE_NOT_FOUND
   */
  open(access: 'read' | 'write'): Promise<PostgresSession>;
  /** Ends all connections. */
  close(): Promise<void>;
}
