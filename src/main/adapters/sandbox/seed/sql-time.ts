/** Adds seconds to a moment written as `YYYY-MM-DD HH:MM:SS` (UTC), the form that SQLite's CURRENT_TIMESTAMP has. */
export function secondsAfter(sqlTime: string, seconds: number): string {
  const epochMs = Date.parse(`${sqlTime.replace(' ', 'T')}Z`) + seconds * 1_000;
  return new Date(epochMs).toISOString().slice(0, 19).replace('T', ' ');
}
