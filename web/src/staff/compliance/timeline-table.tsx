import { useState } from 'preact/hooks';
import type { EventView } from '../../api/types';
import { eventText } from '../../i18n/events';
import { language } from '../../i18n/language';
import { staffText } from '../../i18n/staff';
import { useSignedIn } from '../context';
import { wordFor } from '../counter/line';
import { Failure } from '../shell/failure';
import { Icon } from '../shell/icon';
import { fetchProof, saveText } from './proof';
import { detailsOf, timeOf } from './timeline';

/** The entries as a table: number, time, who, what, and where in the log. */
export function TimelineTable({ events, utc }: { events: readonly EventView[]; utc: boolean }) {
  const text = staffText().timeline;
  return (
    <div class="table-card">
      <table class="table timeline">
        <caption class="unseen">{text.caption}</caption>
        <thead>
          <tr>
            <th scope="col">{text.number}</th>
            <th scope="col">{text.time}</th>
            <th scope="col">{text.who}</th>
            <th scope="col">{text.what}</th>
            <th scope="col">{text.log}</th>
          </tr>
        </thead>
        <tbody>
          {events.map((event) => (
            <Row key={event.id} event={event} utc={utc} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ event, utc }: { event: EventView; utc: boolean }) {
  const text = staffText();
  const columns = text.timeline;
  return (
    <tr data-testid="timeline-row" data-event={event.name}>
      <td class="timeline-number" data-label={columns.number}>
        {event.seq ?? '–'}
      </td>
      <td class="timeline-time" data-label={columns.time}>
        <time dateTime={event.time}>{timeOf(event.time, language.value, utc)}</time>
      </td>
      <td data-label={columns.who}>
        <Who event={event} />
      </td>
      <th scope="row" data-label={columns.what}>
        <details class="timeline-what">
          <summary>{eventText(event.name)}</summary>
          <Details event={event} />
        </details>
      </th>
      <td data-label={columns.log}>
        <span class="timeline-log">
          <span class="soft small">{columns.index(event.index)}</span>
          <Proof event={event} />
        </span>
      </td>
    </tr>
  );
}

function Who({ event }: { event: EventView }) {
  const text = staffText();
  const role =
    event.actor_role === 'system' ? text.timeline.system : wordFor(text.shell.roles, event.actor_role);
  const named = event.actor_name !== event.actor_role;
  return (
    <span class="timeline-who">
      <b>{named ? event.actor_name : role}</b>
      {named && <span class="soft small">{role}</span>}
    </span>
  );
}

function Details({ event }: { event: EventView }) {
  const text = staffText().timeline;
  return (
    <dl class="timeline-details">
      {detailsOf(event).map(({ name, value }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
      <div>
        <dt>{text.eventName}</dt>
        <dd>
          <code>{event.name}</code>
        </dd>
      </div>
      <div>
        <dt>{text.eventId}</dt>
        <dd>
          <code>{event.id}</code>
        </dd>
      </div>
    </dl>
  );
}

function Proof({ event }: { event: EventView }) {
  const { client } = useSignedIn();
  const text = staffText().timeline;
  const [error, setError] = useState<unknown>(null);
  const download = async () => {
    try {
      saveText(`entry-${event.index}.tlog-proof`, await fetchProof(client, event.id));
      setError(null);
    } catch (failure) {
      setError(failure);
    }
  };
  return (
    <>
      <button
        type="button"
        class="link-button"
        aria-label={text.proofFor(event.index)}
        onClick={() => void download()}
      >
        <Icon name="download" />
        {text.proof}
      </button>
      <Failure error={error} />
    </>
  );
}
