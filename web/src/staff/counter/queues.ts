import type { QueueName, QueueSummary } from '../../api/types';
import type { Option } from '../../design/field';
import type { StaffText } from '../../i18n/staff';

/** The queues that the counter shows: those served. Until the list was read, those known from signing in. */
export function servedOf(
  all: readonly QueueSummary[] | undefined,
  known: readonly QueueName[],
): readonly QueueName[] {
  return all?.filter(({ serves }) => serves) ?? known;
}

/** Where a visit of one queue can go: every other queue, with what speaks for or against it. */
export function transferTargets(
  all: readonly QueueSummary[],
  queueId: string,
  text: StaffText['queue'],
): readonly Option<string>[] {
  const others = all.filter(({ id }) => id !== queueId);
  return others.map((queue) => ({ value: queue.id, label: queue.name, hint: standing(queue, text) }));
}

function standing({ state, waiting }: QueueSummary, text: StaffText['queue']): string {
  return state === 'open' ? text.waiting(waiting) : `${text.states[state]} · ${text.waiting(waiting)}`;
}
