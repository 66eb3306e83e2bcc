/**
 * Whether an SQLite version has the fix of the WAL-reset bug (sqlite.org/wal.html): in 3.7.0 to 3.51.2, two connections of different
 * processes that write and checkpoint a WAL file at the same moment can leave it damaged. Fixed in 3.51.3, and in 3.44.6 and 3.50.7
 * for those who stay on an older line.
 */
export function hasWalResetFix(version: string): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  if (major !== 3) return major > 3;
  if (minor === 44) return patch >= 6;
  if (minor === 50) return patch >= 7;
  return minor > 51 || (minor === 51 && patch >= 3);
}
