import { staffText } from '../../i18n/staff';
import { useSignedIn } from '../context';
import type { QueueInsights } from '../floor/contract';
import { useResource } from '../resource';

/** How many patients of a queue were called within what they had been told. */
export function Kept({ queueId }: { queueId: string }) {
  const { client } = useSignedIn();
  const text = staffText().admin;
  const path = `queues/${queueId}/insights`;
  const { value } = useResource<QueueInsights>(path, (signal) => client.get(path, { signal }));
  const kept = value?.kept ?? null;
  if (kept === null || kept.of === 0) return <span class="soft">{text.keptUnknown}</span>;
  return <span data-testid="kept">{text.keptOf(kept.within, kept.of)}</span>;
}
