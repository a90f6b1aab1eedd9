import type { VisitView } from '../api/types';
import type { QueueTick } from './messages';

/**
 * A patient's own place, found from what all in the line are told (PROTOCOL.md, 'The line').
 *
 * A page keeps one `VisitView`. It begins with the answer to `visit.watch`; whatever comes later is put to it:
 *
 *     connection.on('queue.tick', (tick) => {
 *       const next = afterTick(visit, tick);
 *       if (next === 'missed') watchAgain();        // `visit.watch`: its answer goes through `newer`
 *       else visit = next;
 *     });
 *     connection.on('visit.changed', ({ visit: told }) => { visit = newer(visit, told); });
 *
 * `place`, `wait` and `queue_version` of the view are then always right together; nothing else needs to know
 * of ticks. Ticks of another queue change nothing.
 */
export function afterTick(visit: VisitView, tick: QueueTick): VisitView | 'missed' {
  const known = visit.queue_version;
  if (tick.queue_id !== visit.queue_id || tick.to_version < known) return visit;
  if (tick.from_version !== known && tick.to_version !== known) return 'missed';
  const place =
    visit.place === null || tick.to_version === known ? visit.place : placeAfter(visit.place, tick.ops);
  return {
    ...visit,
    place,
    queue_version: tick.to_version,
    queue_state: tick.state,
    pause_message: tick.pause_message,
    wait: place === null ? null : waitAt(tick.wait, place),
  };
}

/** Of two views of one visit: the newer one, with the newer of the two lines. */
export function newer(known: VisitView | null, told: VisitView): VisitView {
  if (known === null) return told;
  if (told.version < known.version) return known;
  if (told.queue_version >= known.queue_version) return told;
  const { queue_version, queue_state, pause_message, kept } = known;
  const line = { queue_version, queue_state, pause_message, kept };
  // Off the line is off the line, and back on it is what only the newer view of the visit can say.
  if (told.place === null || known.place === null) return { ...told, ...line };
  return { ...told, ...line, place: known.place, wait: known.wait };
}

/**
 * Where somebody at this place (from 1) stands after the ops. When one of them took the visit itself away, the
 * place stays as it is: a `visit.changed` says what became of it.
 */
export function placeAfter(place: number, ops: QueueTick['ops']): number {
  let now = place;
  for (const [rank, step] of ops) {
    if (step === 1 && rank < now) now += 1;
    else if (step === -1 && rank === now - 1) return now;
    else if (step === -1 && rank < now - 1) now -= 1;
  }
  return now;
}

/** The wait at a place: straight lines run between the points of the curve; beyond the last, nobody knows. */
export function waitAt(wait: QueueTick['wait'], place: number): Wait {
  if (wait.kind === 'unknown') return { kind: 'unknown', reason: wait.reason as UnknownReason };
  const index = wait.points.findIndex(([at]) => at >= place);
  const after = wait.points[index];
  if (after === undefined) return { kind: 'unknown', reason: 'nobody_on_duty' };
  const before = wait.points[index - 1] ?? after;
  const share = after[0] === before[0] ? 1 : (place - before[0]) / (after[0] - before[0]);
  const between = (low: number, high: number) => low + share * (high - low);
  const from = Math.floor(between(before[1], after[1]));
  return {
    kind: 'range',
    from_minutes: from,
    to_minutes: Math.max(from + 1, Math.ceil(between(before[2], after[2]))),
  };
}

type Wait = NonNullable<VisitView['wait']>;
type UnknownReason = Extract<Wait, { kind: 'unknown' }>['reason'];
