import { useState } from 'preact/hooks';
import { useDocumentTitle, ViewHeading } from '../../a11y/title';
import type { StaffList } from '../../api/types';
import { staffText } from '../../i18n/staff';
import { useSignedIn } from '../context';
import { useQueueList } from '../counter/use-queue';
import { useResource } from '../resource';
import { Failure } from '../shell/failure';
import { PeopleTable } from './people-table';
import { QueueSettings } from './queue-settings';
import { QueuesTable } from './queues-table';

const COMMANDS = [
  'python -m server user create',
  'python -m server user queues',
  'python -m server user disable',
  'python -m server tenant add-pharmacy',
  'python -m server tenant add-queue',
];

/** Who works here, and the queues they work in with their settings. People are changed on the command line. */
export function AdminPage() {
  const { client } = useSignedIn();
  const text = staffText();
  useDocumentTitle(text.title(text.admin.heading));
  const staff = useResource<StaffList>('staff', (signal) => client.get('staff', { signal }));
  const queues = useQueueList();
  const [open, setOpen] = useState<string | null>(null);
  const opened = queues.value?.queues.find(({ id }) => id === open);
  return (
    <div class="page stack stack-loose">
      <ViewHeading>{text.admin.heading}</ViewHeading>
      <Failure error={staff.error} onRetry={() => void staff.reload()} />
      {staff.value ? <PeopleTable list={staff.value} /> : staff.error === null && <p>{text.loading}</p>}
      <section class="stack" aria-labelledby="queues">
        <h2 id="queues">{text.admin.queues}</h2>
        <Failure error={queues.error} onRetry={() => void queues.reload()} />
        {queues.value ? (
          <QueuesTable list={queues.value} open={open} onOpen={(id) => setOpen(open === id ? null : id)} />
        ) : (
          queues.error === null && <p>{text.loading}</p>
        )}
        {opened && (
          <QueueSettings
            key={opened.id}
            queue={opened}
            onClose={() => setOpen(null)}
            onChanged={queues.reload}
          />
        )}
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
