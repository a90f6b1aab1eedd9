import { useEffect } from 'preact/hooks';
import type { QueueList, QueueView } from '../../api/types';
import { useSignedIn } from '../context';
import { type Resource, useResource } from '../resource';

/** The line of a queue, read again whenever it changed. */
export function useQueue(queueId: string): Resource<QueueView> {
  const { client } = useSignedIn();
  const line = useResource<QueueView>(queueId, (signal) => client.get(`queues/${queueId}`, { signal }));
  useQueueChanges([queueId], () => void line.reload());
  return line;
}

/** All queues that the caller serves, with how many stand in each. */
export function useQueues(queueIds: readonly string[]): Resource<QueueList> {
  const { client } = useSignedIn();
  const queues = useResource<QueueList>('queues', (signal) => client.get('queues', { signal }));
  useQueueChanges(queueIds, () => void queues.reload());
  return queues;
}

/** Watches queues and runs after each change, and after each reconnect: hints may have been lost with the socket. */
export function useQueueChanges(queueIds: readonly string[], changed: () => void): void {
  const { connection } = useSignedIn();
  const names = queueIds.join(' ');
  useEffect(() => {
    const ids = names.split(' ').filter((id) => id !== '');
    const stops = [
      connection.onOnline(() => {
        // Read once the watch stands: what changed in between is in the answer.
        const watched = ids.map((id) => connection.request('queue.watch', { queue_id: id }));
        void Promise.allSettled(watched).then(changed);
      }),
      connection.on('queue.changed', ({ queue_id: id }) => ids.includes(id) && changed()),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [connection, names]);
}
