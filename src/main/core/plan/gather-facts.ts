import pMap from 'p-map';
import type { ObjectFacts } from '../../../shared/domain/plan.ts';
import type { ScopeMode } from '../../../shared/domain/scope.ts';
import type { MigrationRecord } from '../ports/migration-database.ts';
import type { OriginalFacts } from '../ports/originals.ts';
import type { OpenTarget } from '../ports/target.ts';
import { evidenceNeeded, type FileFacts, objectKeyOf } from './classify-file.ts';
import { mayBeCompressed, proveObject } from './content-proof.ts';

/** How many originals and objects are read at the same time. */
const CONCURRENCY = 8;

/** Maps a UTF-16 unit so that comparing units gives the order of code points, which is the order of UTF-8 bytes. */
function unitRank(unit: number): number {
  if (unit >= 0xe000) return unit - 0x800;
  return unit >= 0xd800 ? unit + 0x2000 : unit;
}

/** Orders keys as object listings do: by the bytes of their UTF-8 form. JavaScript's own order differs beyond the BMP. */
export function byUtf8Bytes(left: string, right: string): number {
  const shared = Math.min(left.length, right.length);
  for (let index = 0; index < shared; index += 1) {
    const difference = unitRank(left.charCodeAt(index)) - unitRank(right.charCodeAt(index));
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

/** Most keys of one call of `statMany`. */
const STAT_KEYS = 5_000;

/** Stats any number of keys, in any order and with repeats. */
export async function statKeys(
  target: Pick<OpenTarget, 'objects'>,
  keys: readonly string[],
): Promise<ReadonlyMap<string, ObjectFacts>> {
  const sorted = [...new Set(keys)].toSorted(byUtf8Bytes);
  const calls = Array.from({ length: Math.ceil(sorted.length / STAT_KEYS) }, (_, index) =>
    target.objects.statMany(sorted.slice(index * STAT_KEYS, (index + 1) * STAT_KEYS)),
  );
  const [first = new Map<string, ObjectFacts>(), ...others] = await Promise.all(calls);
  return others.length === 0 ? first : new Map([first, ...others].flatMap((facts) => [...facts]));
}

/** What is known of objects already, by key; a key that nobody has looked at yet is absent from the map. */
export type KnownObjects = (keys: readonly string[]) => ReadonlyMap<string, ObjectFacts | 'absent'>;

/** Nothing is known of any object. */
export const NOTHING_KNOWN: KnownObjects = () => new Map();

/**
 * Reads what is needed to judge a chunk of records: objects, where `known` does not tell, by listing or HEAD, originals to their last
 * byte, and the object itself only where nothing cheaper proves its content. Reads only.
 */
export async function gatherFacts(
  target: OpenTarget,
  records: readonly MigrationRecord[],
  options: { readonly mode: ScopeMode; readonly known: KnownObjects },
): Promise<readonly FileFacts[]> {
  const { mode } = options;
  if (mode === 'database-only' && target.originals.location === null) {
    return factsOfRows(records, await target.originals.inspect('', 'presence'));
  }
  const wantedKeys = records
    .filter((record) => evidenceNeeded(record, mode).object === 'needed')
    .map((record) => objectKeyOf(record) ?? '');
  const objects = await objectsUnder(target, wantedKeys, options.known);
  return pMap(records, (record) => factsOf({ target, record, mode, objects }), {
    concurrency: CONCURRENCY,
  });
}

/** Facts where there is nothing to look at beside the rows: every original is as unknown as any other. */
function factsOfRows(
  records: readonly MigrationRecord[],
  anyOriginal: OriginalFacts,
): readonly FileFacts[] {
  return records.map((record) => ({
    record,
    object: null,
    objectHash: null,
    original:
      evidenceNeeded(record, 'database-only').original === 'needed'
        ? (withoutPath(record) ?? anyOriginal)
        : null,
  }));
}

/** What is known of the original of a record that does not say where it is; `undefined` of any other record. */
function withoutPath({ sourcePath }: MigrationRecord): OriginalFacts | undefined {
  if (sourcePath !== null && sourcePath !== '') return undefined;
  return { state: 'unknown', detail: 'the record has no source_path' };
}

/** The objects under `keys`; a key without one is absent from the map. */
async function objectsUnder(
  target: Pick<OpenTarget, 'objects'>,
  keys: readonly string[],
  known: KnownObjects,
): Promise<ReadonlyMap<string, ObjectFacts>> {
  const remembered = known(keys);
  const looked = await statKeys(
    target,
    keys.filter((key) => !remembered.has(key)),
  );
  return new Map([
    ...looked,
    ...[...remembered].flatMap(([key, facts]) =>
      facts === 'absent' ? [] : [[key, facts] as const],
    ),
  ]);
}

async function factsOf(request: {
  readonly target: OpenTarget;
  readonly record: MigrationRecord;
  readonly mode: ScopeMode;
  readonly objects: ReadonlyMap<string, ObjectFacts>;
}): Promise<FileFacts> {
  const { target, record, mode, objects } = request;
  const needed = evidenceNeeded(record, mode);
  const object =
    needed.object === 'needed' ? (objects.get(objectKeyOf(record) ?? '') ?? 'absent') : null;
  const original =
    needed.original === 'needed'
      ? (withoutPath(record) ??
        (await target.originals.inspect(record.sourcePath ?? '', 'content')))
      : null;

  const originalHash = original?.state === 'present' ? original.hash : null;
  const mustRead =
    object !== null &&
    object !== 'absent' &&
    (mayBeCompressed(record, object) ||
      proveObject({ record, object, originalHash, objectHash: null }) === undefined);
  const objectHash = mustRead
    ? await target.objects.hash(object.key, { ifMatch: object.etag })
    : null;
  return { record, object, objectHash, original };
}
