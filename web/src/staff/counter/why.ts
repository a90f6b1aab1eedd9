import type { QueueView, VisitorInLine } from '../../api/types';
import type { Language } from '../../i18n/language';
import type { StaffText } from '../../i18n/staff';
import { clock } from '../moments';

/** Why somebody who stands before the next one is passed over. */
export type PassedOver = 'away' | 'checking' | 'other';

/** Why this one is next, in words: what puts them there, and who before them is passed over and why. */
export function whyNext(
  view: QueueView,
  next: VisitorInLine,
  reader: Language,
  text: StaffText['why'],
): string {
  return [basis(next, reader, text), ...passedOver(view, next, text)].join(' ');
}

function basis(next: VisitorInLine, reader: Language, text: StaffText['why']): string {
  if (next.calls > 0) return text.calledBefore;
  if (next.priority_class === 'urgent') return text.urgent(next.urgent_reason);
  if (next.priority_class === 'scheduled') {
    return text.scheduled(next.appointment_at === null ? null : clock(reader, next.appointment_at));
  }
  return next.place === 1 ? text.first : text.firstReady;
}

function passedOver(view: QueueView, next: VisitorInLine, text: StaffText['why']): readonly string[] {
  const counted = new Map<PassedOver, number>();
  for (const visitor of view.line.slice(0, Math.max(0, view.line.indexOf(next)))) {
    const kind = kindOf(visitor);
    counted.set(kind, (counted.get(kind) ?? 0) + 1);
  }
  const words = [...counted].map(([kind, count]) => text.kinds[kind](count));
  return words.length === 0 ? [] : [text.passedOver(words.join(', '))];
}

function kindOf({ state }: VisitorInLine): PassedOver {
  return state === 'away' || state === 'checking' ? state : 'other';
}
