/** Condition on `item` for those of the stages up to and including one; `null`, without one: every item. */
export function inStagesThrough(stage: number | undefined): string | null {
  if (stage === undefined) return null;
  const number = String(Math.trunc(stage));
  return `item.seq <= coalesce((SELECT last_seq FROM stage WHERE number = ${number}), 9223372036854775807)
    AND item.seq NOT IN (SELECT seq FROM deferred WHERE stage > ${number})`;
}

/** Condition on `item` for those of the stages after one; `null`, without one and for 0: every item. */
export function inStagesAfter(stage: number | undefined): string | null {
  const through = stage === 0 ? null : inStagesThrough(stage);
  return through === null ? null : `NOT (${through})`;
}

/** Conditions that hold together; `null`: none is left. */
export function allOf(...conditions: readonly (string | null)[]): string | null {
  const left = conditions.filter((condition) => condition !== null);
  return left.length === 0 ? null : left.map((condition) => `(${condition})`).join(' AND ');
}
