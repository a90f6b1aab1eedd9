/**
 * How long to wait before the next try: full jitter (a random share of a doubling ceiling), so that a
 * restarted server is not met by everybody at once.
 */
export function backoffMs(
  attempt: number,
  { baseMs = 500, capMs = 15_000, random = Math.random }: BackoffOptions = {},
): number {
  const ceiling = Math.min(capMs, baseMs * 2 ** Math.min(attempt, 30));
  return Math.round(random() * ceiling);
}

export interface BackoffOptions {
  readonly baseMs?: number;
  readonly capMs?: number;
  readonly random?: () => number;
}
