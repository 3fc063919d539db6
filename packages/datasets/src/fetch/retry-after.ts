/**
 * What a Retry-After header asks for, in milliseconds from `now`: whole seconds or an HTTP date (RFC 9110, section 10.2.3). A date
 * that is past is 0; undefined for no header, or one that is neither.
 */
export function parseRetryAfter(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  if (/^\d+$/.test(header)) return Number(header) * 1000;
  // The three forms of an HTTP date all begin with the day's name; Date.parse alone would take a bare number for a year.
  const time = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)/.test(header) ? Date.parse(header) : Number.NaN;
  return Number.isNaN(time) ? undefined : Math.max(0, time - now);
}
