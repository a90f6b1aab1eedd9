import { useDocumentTitle, ViewHeading } from '../../a11y/title';
import type { StaffList } from '../../api/types';
import { staffText } from '../../i18n/staff';
import { useSignedIn } from '../context';
import { useQueueList } from '../counter/use-queue';
import { useResource } from '../resource';
import { Failure } from '../shell/failure';
import { PeopleTable } from './people-table';
import { QueuesTable } from './queues-table';

const COMMANDS = [
  'python -m server user create',
  'python -m server user queues',
  'python -m server user disable',
  'python -m server tenant add-pharmacy',
  'python -m server tenant add-queue',
];

/** Who works here, and the queues they work in. Read only: changes are made on the command line. */
export function AdminPage() {
  const { client } = useSignedIn();
  const text = staffText();
  useDocumentTitle(text.title(text.admin.heading));
  const staff = useResource<StaffList>('staff', (signal) => client.get('staff', { signal }));
  const queues = useQueueList();
  return (
    <div class="page stack stack-loose">
      <ViewHeading>{text.admin.heading}</ViewHeading>
      <Failure error={staff.error} onRetry={() => void staff.reload()} />
      {staff.value ? <PeopleTable list={staff.value} /> : staff.error === null && <p>{text.loading}</p>}
      <section class="stack" aria-labelledby="queues">
        <h2 id="queues">{text.admin.queues}</h2>
        <Failure error={queues.error} onRetry={() => void queues.reload()} />
        {queues.value ? <QueuesTable list={queues.value} /> : queues.error === null && <p>{text.loading}</p>}
      </section>
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
