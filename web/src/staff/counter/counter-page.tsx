import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { announce } from '../../a11y/announcer';
import { useDocumentTitle } from '../../a11y/title';
import type { QueueList, QueueName, QueueView } from '../../api/types';
import { staffText } from '../../i18n/staff';
import { useSignedIn } from '../context';
import { Failure } from '../shell/failure';
import { type KeyLine, KeysHelp } from '../shell/keys-dialog';
import { useKeys } from '../shell/use-keys';
import { Alerts } from './alerts';
import { Beside } from './beside';
import { EmptyLine } from './empty-line';
import { heldBy, newcomers, nextReady, stepped } from './line';
import { LineList } from './line-list';
import { NextCard, OwnCard } from './next-card';
import { QueueHead } from './queue-head';
import { servedOf } from './queues';
import { type Admitting, useAdmit } from './use-admit';
import { useQueue, useQueues } from './use-queue';

/** Who waits, and admitting them. */
export function CounterPage() {
  const { me } = useSignedIn();
  const text = staffText();
  const summaries = useQueues().value;
  const queues = servedOf(summaries?.queues, me.queues ?? []);
  const [chosen, choose] = useState('');
  const alerts = useMemo(() => new Alerts(), []);
  const { id } = queues.find((queue) => queue.id === chosen) ?? queues[0] ?? {};
  if (id === undefined) return <p class="card dead">{text.queue.noQueues}</p>;
  return <Queue key={id} id={id} queues={queues} summaries={summaries} alerts={alerts} onChoose={choose} />;
}

interface QueueProps {
  id: string;
  queues: readonly QueueName[];
  summaries: QueueList | null;
  alerts: Alerts;
  onChoose: (id: string) => void;
}

function Queue({ id, queues, summaries, alerts, onChoose }: QueueProps) {
  const { me } = useSignedIn();
  const text = staffText();
  const line = useQueue(id);
  const admit = useAdmit(id, () => void line.reload());
  const view = line.value;
  const admits = me.role === 'pharmacist';
  useArrivals(view, alerts);
  useTitle(view?.line.length ?? 0);
  return (
    <>
      <QueueHead
        queues={queues}
        summaries={summaries}
        view={view}
        alerts={alerts}
        onChoose={onChoose}
        onChanged={line.reload}
        keys={<Keys admits={admits} />}
      />
      <Failure error={line.error} onRetry={() => void line.reload()} />
      {admit.notice}
      {view === null ? (
        line.error === null && <p class="soft">{text.loading}</p>
      ) : (
        <div class="counter">
          <div class="counter-line">
            {admits && <Primary view={view} admit={admit} />}
            {view.line.length === 0 ? (
              <EmptyLine alertsOn={alerts.on.value} />
            ) : (
              <LineList view={view} admits={admits} admit={admit} onChanged={line.reload} />
            )}
          </div>
          <Beside view={view} onChanged={line.reload} />
        </div>
      )}
    </>
  );
}

/** The large action: back to one's own consultation, else the next person. */
function Primary({ view, admit }: { view: QueueView; admit: Admitting }) {
  const { me } = useSignedIn();
  const own = heldBy(view, me.subject_id);
  if (own?.consultation_id) return <OwnCard name={own.person_name} consultationId={own.consultation_id} />;
  if (view.line.length === 0) return null;
  return <NextCard visitor={nextReady(view)} busy={admit.busy} onAdmit={() => void admit.run(null)} />;
}

function Keys({ admits }: { admits: boolean }) {
  const text = staffText().keys;
  useKeys({
    a: pressPrimary,
    j: () => moveFocus(1),
    ArrowDown: () => moveFocus(1),
    k: () => moveFocus(-1),
    ArrowUp: () => moveFocus(-1),
  });
  const move: KeyLine = [['J', 'K', '↓', '↑'], text.move];
  return <KeysHelp lines={admits ? [[['A'], text.admitNext], move] : [move]} />;
}

/** The key does what the large button says at this moment. */
function pressPrimary(): void {
  document.querySelector<HTMLElement>('.next .button')?.click();
}

/** Focus goes to the row's first button: what Enter would press is what is seen. */
function moveFocus(by: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>('[data-testid="line-row"]')];
  const current = rows.findIndex((row) => row.contains(document.activeElement));
  rows[stepped(current, by, rows.length)]?.querySelector('button')?.focus();
}

function useTitle(waiting: number): void {
  const text = staffText();
  const page = text.shell.counter;
  useDocumentTitle(waiting > 0 ? text.titleWaiting(waiting, page) : text.title(page));
}

function useArrivals(view: QueueView | null, alerts: Alerts): void {
  const before = useRef<QueueView | null>(null);
  const text = staffText();
  useEffect(() => {
    if (view === null) return;
    const arrived = newcomers(before.current, view).length;
    before.current = view;
    if (arrived === 0) return;
    announce(text.line.arrived(arrived));
    alerts.arrived(text.alerts.notification, text.alerts.arrived(view.name));
  }, [view, alerts, text]);
}
