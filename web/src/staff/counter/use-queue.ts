import { useEffect } from 'preact/hooks';
import type { QueueList, QueueView } from '../../api/types';
import { useSignedIn } from '../context';
import { type Resource, useResource } from '../resource';
import { servedOf } from './queues';

/** The line of a queue, read again whenever it changed. */
export function useQueue(queueId: string): Resource<QueueView> {
  const { client } = useSignedIn();
  const line = useResource<QueueView>(queueId, (signal) => client.get(`queues/${queueId}`, { signal }));
  useQueueChanges([queueId], () => void line.reload());
  return line;
}

/** All queues of the organisation, with how many stand in each; read again whenever one that is served changed. */
export function useQueues(): Resource<QueueList> {
  const { me } = useSignedIn();
  const queues = useQueueList();
  const served = servedOf(queues.value?.queues, me.queues ?? []);
  useQueueChanges(
    served.map(({ id }) => id),
    () => void queues.reload(),
  );
  return queues;
}

/** All queues of the organisation as they are now. */
export function useQueueList(): Resource<QueueList> {
  const { client } = useSignedIn();
  return useResource<QueueList>('queues', (signal) => client.get('queues', { signal }));
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
