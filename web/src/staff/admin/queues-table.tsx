import type { QueueList, QueueSummary } from '../../api/types';
import { staffText } from '../../i18n/staff';

/** The queues, and how many stand in each. */
export function QueuesTable({ list }: { list: QueueList }) {
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
          </tr>
        </thead>
        <tbody>
          {list.queues.map((queue) => (
            <Queue key={queue.id} queue={queue} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Queue({ queue }: { queue: QueueSummary }) {
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
    </tr>
  );
}
