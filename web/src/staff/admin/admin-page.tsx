import { useDocumentTitle, ViewHeading } from '../../a11y/title';
import type { StaffList, StaffView } from '../../api/types';
import { staffText } from '../../i18n/staff';
import { useSignedIn } from '../context';
import { wordFor } from '../counter/line';
import { useResource } from '../resource';
import { Failure } from '../shell/failure';

const COMMANDS = [
  'python -m server user create',
  'python -m server user queues',
  'python -m server user disable',
  'python -m server tenant add-pharmacy',
  'python -m server tenant add-queue',
];

/** Who works here. Read only: changes are made on the command line. */
export function AdminPage() {
  const { client } = useSignedIn();
  const text = staffText();
  useDocumentTitle(text.title(text.admin.heading));
  const staff = useResource<StaffList>('staff', (signal) => client.get('staff', { signal }));
  return (
    <div class="page stack stack-loose">
      <ViewHeading>{text.admin.heading}</ViewHeading>
      <Failure error={staff.error} onRetry={() => void staff.reload()} />
      {staff.value ? <Staff list={staff.value} /> : staff.error === null && <p>{text.loading}</p>}
      <section class="card stack stack-tight" aria-labelledby="changes">
        <h2 id="changes">{text.admin.changes}</h2>
        <p class="soft">{text.admin.changesBody}</p>
        <ul class="plain-list commands">
          {COMMANDS.map((command) => (
            <li key={command}>
              <code class="command">{command}</code>
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}

function Staff({ list }: { list: StaffList }) {
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
            <Person key={person.id} person={person} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Person({ person }: { person: StaffView }) {
  const text = staffText();
  const { admin } = text;
  return (
    <tr>
      <th scope="row" data-label={admin.name}>
        {person.name}
      </th>
      <td data-label={admin.role}>{wordFor(text.shell.roles, person.role)}</td>
      <td data-label={admin.email}>{person.email}</td>
      <td data-label={admin.registration}>{person.registration_number ?? '–'}</td>
      <td data-label={admin.serves}>
        {person.queues.length === 0 ? '–' : admin.servesCount(person.queues.length)}
      </td>
      <td data-label={admin.status}>
        <span class={person.disabled ? 'badge badge-warn' : 'badge badge-good'}>
          {person.disabled ? admin.disabled : admin.active}
        </span>
      </td>
    </tr>
  );
}
