import type { ConsultationState } from '../../api/types';

/** The room can be joined. */
export function isLive(state: ConsultationState): boolean {
  return state === 'calling' || state === 'running' || state === 'held';
}

/** It can be finished: it is live, or only the writing is left. */
export function isOpen(state: ConsultationState): boolean {
  return isLive(state) || state === 'wrap_up';
}

/**
 * This page should be in the room: not for somebody on the telephone, and not during a hold, which ends when the
 * pharmacist comes back into the room.
 */
export function inRoom(
  view: { readonly state: ConsultationState; readonly phone_only: boolean },
  resuming: boolean,
): boolean {
  return isLive(view.state) && !view.phone_only && (view.state !== 'held' || resuming);
}

/** The call can be put on hold; one by telephone has nothing that could be. */
export function canHold(view: { readonly state: ConsultationState; readonly phone_only: boolean }): boolean {
  return view.state === 'running' && !view.phone_only;
}

/** A colleague can take it over: it was answered, and is not finished. */
export function canHandOver(state: ConsultationState): boolean {
  return isOpen(state) && state !== 'calling';
}

/** It is over and shown as a record. */
export function hasLeft(state: ConsultationState): boolean {
  return !isOpen(state);
}

/** Whole minutes a consultation took, from answer (or call) to end. Null while it is open. */
export function minutesTaken(view: {
  readonly created_at: string;
  readonly running_at: string | null;
  readonly closed_at: string | null;
}): number | null {
  if (view.closed_at === null) return null;
  const from = Date.parse(view.running_at ?? view.created_at);
  return Math.max(0, Math.round((Date.parse(view.closed_at) - from) / 60_000));
}
