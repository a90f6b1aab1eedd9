import { useDocumentTitle, ViewHeading } from '../../a11y/title';
import { ApiProblem } from '../../api/problem';
import type { QueueList, StaffList, StaffView } from '../../api/types';
import { staffText } from '../../i18n/staff';
import { useSignedIn } from '../context';
import { wordFor } from '../counter/line';
import { useResource } from '../resource';
import { Failure } from '../shell/failure';

const COMMANDS = [
  'python -m server user create',
  'python -m server user disable',
  'python -m server user --help',
];

/** Who works here and which queues there are. Read only: changes are made on the command line. */
export function AdminPage() {
  const { client } = useSignedIn();
  const text = staffText();
  useDocumentTitle(text.title(text.admin.heading));
  const staff = useResource<StaffList>('staff', (signal) => client.get('staff', { signal }));
  const queues = useResource<QueueList>('queues', (signal) => client.get('queues', { signal }));
  const names = new Map(queues.value?.queues.map(({ id, name }) => [id, name]));
  return (
    <div class="page stack stack-loose">
      <ViewHeading>{text.admin.heading}</ViewHeading>
      <section class="stack" aria-labelledby="staff">
        <h2 id="staff">{text.admin.people}</h2>
        <Failure error={staff.error} onRetry={() => void staff.reload()} />
        {staff.value ? (
          <Staff list={staff.value} queueNames={names} />
        ) : (
          staff.error === null && <p>{text.loading}</p>
        )}
      </section>
      <section class="stack" aria-labelledby="queues">
        <h2 id="queues">{text.admin.queues}</h2>
        <Queues list={queues.value} error={queues.error} />
      </section>
      <section class="card stack stack-tight" aria-labelledby="changes">
        <h2 id="changes">{text.admin.changes}</h2>
        <p class="soft">{text.admin.changesBody}</p>
        {COMMANDS.map((command) => (
          <p key={command}>
            <code class="command">{command}</code>
          </p>
        ))}
      </section>
    </div>
  );
}

function Staff({ list, queueNames }: { list: StaffList; queueNames: ReadonlyMap<string, string> }) {
  const text = staffText().admin;
  if (list.staff.length === 0) return <p class="empty">{text.noStaff}</p>;
  return (
    <div class="table-card">
      <table class="table">
        <caption class="unseen">{text.peopleCaption}</caption>
        <thead>
          <tr>
            <th scope="col">{text.name}</th>
            <th scope="col">{text.role}</th>
            <th scope="col">{text.email}</th>
            <th scope="col">{text.registration}</th>
            <th scope="col">{text.serves}</th>
            <th scope="col">{text.status}</th>
          </tr>
        </thead>
        <tbody>
          {list.staff.map((person) => (
            <Person key={person.id} person={person} queueNames={queueNames} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Person({ person, queueNames }: { person: StaffView; queueNames: ReadonlyMap<string, string> }) {
  const text = staffText();
  const { admin } = text;
  const names = person.queues.map((id) => queueNames.get(id)).filter((name) => name !== undefined);
  const serves =
    names.length === person.queues.length ? names.join(', ') : admin.servesCount(person.queues.length);
  return (
    <tr>
      <th scope="row" data-label={admin.name}>
        {person.name}
      </th>
      <td data-label={admin.role}>{wordFor(text.shell.roles, person.role)}</td>
      <td data-label={admin.email}>{person.email}</td>
      <td data-label={admin.registration}>{person.registration_number ?? '–'}</td>
      <td data-label={admin.serves}>{serves || '–'}</td>
      <td data-label={admin.status}>
        <span class={person.disabled ? 'badge badge-warn' : 'badge badge-good'}>
          {person.disabled ? admin.disabled : admin.active}
        </span>
      </td>
    </tr>
  );
}

function Queues({ list, error }: { list: QueueList | null; error: unknown }) {
  const text = staffText();
  const { admin } = text;
  const refused = error instanceof ApiProblem && error.code === 'forbidden';
  if (refused || list?.queues.length === 0) return <p class="soft">{admin.noQueues}</p>;
  if (list === null) return error === null ? <p>{text.loading}</p> : <Failure error={error} />;
  return (
    <div class="table-card">
      <table class="table">
        <caption class="unseen">{admin.queuesCaption}</caption>
        <thead>
          <tr>
            <th scope="col">{admin.queueName}</th>
            <th scope="col">{admin.queueState}</th>
            <th scope="col">{admin.waiting}</th>
            <th scope="col">{admin.called}</th>
            <th scope="col">{admin.inConsultation}</th>
          </tr>
        </thead>
        <tbody>
          {list.queues.map((queue) => (
            <tr key={queue.id}>
              <th scope="row" data-label={admin.queueName}>
                {queue.name}
              </th>
              <td data-label={admin.queueState}>{text.queue.states[queue.state]}</td>
              <td data-label={admin.waiting}>{queue.waiting}</td>
              <td data-label={admin.called}>{queue.called}</td>
              <td data-label={admin.inConsultation}>{queue.in_consultation}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
