import { countOf } from './count.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** An ISO time as `2026-11-21 03:12:44 UTC`; text that is no time is returned as it is. */
export function absoluteTime(iso: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  const text = at.toISOString();
  return `${text.slice(0, 10)} ${text.slice(11, 19)} UTC`;
}

/** The distance to `nowMs` in one unit: `just now`, `4 minutes ago`, `in 2 hours`, `3 days ago`. */
export function relativeTime(iso: string, nowMs: number): string {
  const distanceMs = nowMs - Date.parse(iso);
  if (Number.isNaN(distanceMs)) return '';
  const size = Math.abs(distanceMs);
  if (size < 45_000) return 'just now';
  const amount = amountOf(size);
  return distanceMs > 0 ? `${amount} ago` : `in ${amount}`;
}

function amountOf(sizeMs: number): string {
  if (sizeMs < HOUR_MS) return countOf(Math.max(1, Math.round(sizeMs / MINUTE_MS)), 'minute');
  if (sizeMs < DAY_MS) return countOf(Math.round(sizeMs / HOUR_MS), 'hour');
  const days = Math.round(sizeMs / DAY_MS);
  if (days < 60) return countOf(days, 'day');
  if (days < 730) return countOf(Math.round(days / 30.44), 'month');
  return countOf(Math.floor(days / 365.25), 'year');
}

/** The time in the zone of this machine, for hover. */
export function localTime(iso: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  return `${at.toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'long' })} (local)`;
}

const dayOfYear = new Intl.DateTimeFormat('en-US', {
  month: 'short',
  day: 'numeric',
  timeZone: 'UTC',
});

/** A day `2026-11-21` as `Nov 21`. */
export function dayText(day: string): string {
  return dayOfYear.format(new Date(`${day}T00:00:00Z`));
}
