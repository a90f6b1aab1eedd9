import type { QueueList, QueueSummary } from '../../api/types';
import { Button } from '../../design/button';
import { staffText } from '../../i18n/staff';
import { Kept } from './kept';

interface QueuesTableProps {
  list: QueueList;
  /** The queue whose settings are open. */
  open: string | null;
  onOpen: (id: string) => void;
}

/** The queues, how many stand in each, how good their forecasts are, and the way to their settings. */
export function QueuesTable({ list, open, onOpen }: QueuesTableProps) {
  const text = staffText().admin;
  if (list.queues.length === 0) return <p class="empty">{text.noQueues}</p>;
  return (
    <div class="table-card">
      <table class="table">
        <caption class="unseen">{text.queuesCaption}</caption>
        <thead>
          <tr>
            <th scope="col">{text.name}</th>
            <th scope="col">{text.status}</th>
            <th scope="col">{text.waiting}</th>
            <th scope="col">{text.called}</th>
            <th scope="col">{text.inConsultation}</th>
            <th scope="col">{text.kept}</th>
            <th scope="col">{text.settings}</th>
          </tr>
        </thead>
        <tbody>
          {list.queues.map((queue) => (
            <Queue key={queue.id} queue={queue} open={open === queue.id} onOpen={onOpen} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface QueueProps {
  queue: QueueSummary;
  open: boolean;
  onOpen: (id: string) => void;
}

function Queue({ queue, open, onOpen }: QueueProps) {
  const { admin, queue: words } = staffText();
  return (
    <tr data-testid="queue-row">
      <th scope="row" data-label={admin.name}>
        {queue.name}
      </th>
      <td data-label={admin.status}>
        <span class={queue.state === 'open' ? 'badge badge-good' : 'badge badge-warn'}>
          {words.states[queue.state]}
        </span>
      </td>
      <td data-label={admin.waiting}>{queue.waiting}</td>
      <td data-label={admin.called}>{queue.called}</td>
      <td data-label={admin.inConsultation}>{queue.in_consultation}</td>
      <td data-label={admin.kept}>
        <Kept queueId={queue.id} />
      </td>
      <td data-label={admin.settings}>
        <Button
          aria-expanded={open}
          aria-label={admin.settingsOf(queue.name)}
          onClick={() => onOpen(queue.id)}
        >
          {admin.change}
        </Button>
      </td>
    </tr>
  );
}
