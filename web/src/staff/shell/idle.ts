/** A session without activity ends after this long, as on the server; the warning stands the last two minutes. */
export const IDLE_LIMIT_MS = 15 * 60_000;
export const WARNING_MS = 2 * 60_000;

export type IdleState =
  | { readonly kind: 'active' }
  | { readonly kind: 'warning'; readonly secondsLeft: number }
  | { readonly kind: 'over' };

/** What the time since the last activity means. */
export function idleState(lastActivityMs: number, nowMs: number): IdleState {
  const leftMs = lastActivityMs + IDLE_LIMIT_MS - nowMs;
  if (leftMs <= 0) return { kind: 'over' };
  if (leftMs <= WARNING_MS) return { kind: 'warning', secondsLeft: Math.ceil(leftMs / 1000) };
  return { kind: 'active' };
}
