/** What a pack says of itself. */
export interface PackFacts {
  readonly madeAt: string;
  readonly madeBy: string;
  readonly about: string;
  readonly runIds: readonly string[];
  readonly versions: readonly string[];
}

/** The README of a pack: what each file is, and how to go on with it. */
export function packReadme({ madeAt, madeBy, about, runIds, versions }: PackFacts): string {
  const newest = runIds.at(-1) ?? 'RUN';
  return `# Unwind pack: ${about}

Made ${madeAt} by ${madeBy} with ${versions.join(', ')}. It holds no password and no key.

Unwind takes a data migration back: files in a Cloudflare R2 bucket, tracked in D1 or PostgreSQL. This is everything that one machine knows about
${about}. Begin with \`PROBLEMS.md\` where it is there, then \`runs.json\`.

| file | what it is |
| --- | --- |
| \`runs.json\` | every run: what it was to do, how it ended, what was decided, its verification |
| \`runs/<id>.unwind\` | the whole story of one run, a SQLite file: plan, journal, outcomes, audit. \`sqlite3 FILE 'SELECT * FROM item_now'\` |
| \`reports/<id>.md\` | the same for people |
| \`snapshots.json\` | the snapshots and backups, each with what its verification found while this was packed |
| \`snapshots/<id>/\` | rows as they were before a run: \`manifest.json\` and one line a row, zstd (\`zstd -dc FILE\`) |
| \`backups/\` | the same rows as one JSON file a run, without hashes |
| \`reconstruction.jsonl\` | rows as they were before the runs, put together from all of it, each value with its confidence |
| \`reconstruction.json\` | what that was made from, and what could not be trusted |
| \`preflight.json\` | what was there and what was not, condition by condition, when this was packed |
| \`configuration.json\` | every setting with where it came from; of a secret only whether it is set |
| \`logs/\` | logs and audit trails of the runs |
| \`SHA256SUMS\` | the hash of every other file: \`sha256sum -c SHA256SUMS\` |

## To go on

On the machine where this was made:

\`\`\`
unwind runs list
unwind preflight
unwind resume ${newest}             # finish what was interrupted
unwind undo ${newest}               # or take the run back, rows and objects
unwind snapshots verify SNAPSHOT
unwind restore SNAPSHOT             # or give rows the kept values: a plan first
unwind restore --reconstructed      # or what snapshots and plans tell together
\`\`\`

On another machine: unpack, set UNWIND_HOME to the folder (it has the layout of a workspace: \`runs\`, \`snapshots\`, \`backups\`), configure the target as
\`configuration.json\` says, and run the same commands. Each of them shows a plan and changes nothing without \`--confirm\`.
`;
}
