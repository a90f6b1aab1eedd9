import type { DutyView } from '../../api/types';

/** How long a break can be chosen to be. */
export const BREAKS_MIN = [10, 20, 30, 60] as const;

/** The moment a break that begins now ends. */
export function backAt(minutes: number, nowMs: number): string {
  return new Date(nowMs + minutes * 60_000).toISOString();
}

/** The next time that this device's clock shows `time` (HH:MM); null for what is no time. */
export function nextTime(time: string, nowMs: number): string | null {
  const [hours, minutes] = time.split(':').map(Number);
  if (!Number.isInteger(hours) || !Number.isInteger(minutes)) return null;
  const at = new Date(nowMs);
  at.setHours(hours ?? 0, minutes, 0, 0);
  if (at.getTime() <= nowMs) at.setDate(at.getDate() + 1);
  return at.toISOString();
}

/** A break that should have ended. */
export function isBreakOver(
  { state, back_at: back }: Pick<DutyView, 'state' | 'back_at'>,
  nowMs: number,
): boolean {
  return state === 'break' && back !== null && Date.parse(back) <= nowMs;
}
