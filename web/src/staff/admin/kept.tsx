import type { QueueInsights } from '../../api/types';
import { staffText } from '../../i18n/staff';
import { useSignedIn } from '../context';
import { useResource } from '../resource';

/** How many patients of a queue were called within what they had been told: in 7 days, and in 30. */
export function Kept({ queueId }: { queueId: string }) {
  const { client } = useSignedIn();
  const text = staffText().admin;
  const path = `queues/${queueId}/insights`;
  const { value } = useResource<QueueInsights>(path, (signal) => client.get(path, { signal }));
  const spans = [
    { kept: value?.kept_7_days, words: text.kept7 },
    { kept: value?.kept_30_days, words: text.kept30 },
  ].filter(({ kept }) => kept && kept.of > 0);
  if (spans.length === 0) return <span class="soft">{text.keptUnknown}</span>;
  return (
    <ul class="plain-list" data-testid="kept">
      {spans.map(
        ({ kept, words }) => kept && <li key={words}>{`${words}: ${text.keptOf(kept.within, kept.of)}`}</li>,
      )}
    </ul>
  );
}
