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

/** The first tries of somebody in a call come within this time. */
const IN_CALL_MS = 1_000;
/** The tries of everybody else are spread over this time, the first as well: all lost the server together. */
const WAITING_MS = 10_000;
const QUICK_TRIES = 10;

/** How long to wait before a lost socket is opened again. */
export function reconnectMs(
  attempt: number,
  { inCall = false, random = Math.random }: { inCall?: boolean; random?: () => number } = {},
): number {
  return Math.round(random() * (inCall && attempt < QUICK_TRIES ? IN_CALL_MS : WAITING_MS));
}

export interface BackoffOptions {
  readonly baseMs?: number;
  readonly capMs?: number;
  readonly random?: () => number;
}
