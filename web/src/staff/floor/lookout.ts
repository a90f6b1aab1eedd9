import type { QueueSummary } from '../../api/types';
import type { AlertKind } from './alerts';

/** Something in a queue that staff should hear about. */
export interface News {
  readonly kind: AlertKind;
  readonly queueId: string;
  readonly queueName: string;
}

/** Somebody who feels worse is told again this often, until somebody has seen to them. */
export const WORSE_AGAIN_MS = 20_000;
/** A queue in which many wait long is told this often at most. */
export const LATE_AGAIN_MS = 300_000;

interface Seen {
  readonly people: number;
  readonly newestSince: string | null;
  readonly worseAt: string | null;
  readonly worseToldMs: number;
  readonly lateSince: string | null;
  readonly lateToldMs: number;
}

/** Looks at the queues again and again, and says what is new since it looked last. */
export class Lookout {
  #seen = new Map<string, Seen>();

  see(queues: readonly QueueSummary[], nowMs: number): readonly News[] {
    return queues.flatMap((queue) => this.#look(queue, nowMs));
  }

  #look(queue: QueueSummary, nowMs: number): readonly News[] {
    const before = this.#seen.get(queue.id);
    const late = isLate(queue.longest_since, queue.wait_alert_s, nowMs) ? queue.longest_since : null;
    const kinds: AlertKind[] = [];
    const worseIsNews = tellsWorse(before, queue, nowMs);
    const lateIsNews = tellsLate(before, late, nowMs);
    if (worseIsNews) kinds.push('worse');
    if (lateIsNews) kinds.push('late');
    if (hasArrival(before, queue)) kinds.push('arrived');
    this.#seen.set(queue.id, {
      people: peopleIn(queue),
      newestSince: queue.newest_since,
      worseAt: queue.worse_at,
      worseToldMs: worseIsNews ? nowMs : (before?.worseToldMs ?? 0),
      lateSince: late,
      // Who was late already when the page opened is seen there, not heard.
      lateToldMs: lateIsNews || before === undefined ? nowMs : before.lateToldMs,
    });
    return kinds.map((kind) => ({ kind, queueId: queue.id, queueName: queue.name }));
  }
}

/** Whether somebody who came at a moment has waited longer than they should. */
export function isLate(since: string | null, alertS: number, nowMs: number): boolean {
  return since !== null && nowMs - Date.parse(since) >= alertS * 1000;
}

function tellsWorse(before: Seen | undefined, queue: QueueSummary, nowMs: number): boolean {
  if (queue.worse === 0) return false;
  return (
    (queue.worse_at ?? '') > (before?.worseAt ?? '') || nowMs - (before?.worseToldMs ?? 0) >= WORSE_AGAIN_MS
  );
}

function tellsLate(before: Seen | undefined, late: string | null, nowMs: number): boolean {
  if (before === undefined || late === null || late === before.lateSince) return false;
  return before.lateSince === null || nowMs - before.lateToldMs >= LATE_AGAIN_MS;
}

/** Somebody came after everybody seen before, or there are more than before, as after a transfer. */
function hasArrival(before: Seen | undefined, queue: QueueSummary): boolean {
  if (before === undefined) return false;
  const later = queue.newest_since !== null && queue.newest_since > (before.newestSince ?? '');
  return later || peopleIn(queue) > before.people;
}

function peopleIn({ waiting, called, in_consultation: talking }: QueueSummary): number {
  return waiting + called + talking;
}
