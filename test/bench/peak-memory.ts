import { existsSync, readFileSync } from 'node:fs';

const STATUS = '/proc/self/status';

/**
 * The most memory that this process has had resident, in MiB.
 *
 * On Linux from its own status: what `getrusage` says there begins with the size of the process that started it.
 */
export function peakMiB(): number {
  const own = existsSync(STATUS)
    ? /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(STATUS, 'utf8'))?.[1]
    : undefined;
  return (own === undefined ? process.resourceUsage().maxRSS : Number(own)) / 1_024;
}
