import { useEffect, useRef, useState } from 'preact/hooks';
import { announce } from '../../a11y/announcer';
import { useDocumentTitle } from '../../a11y/title';
import type { ChangeDuty, DutyView, QueueList, QueueName, QueueView } from '../../api/types';
import { staffText } from '../../i18n/staff';
import { useSignedIn } from '../context';
import { useFloor } from '../floor/floor';
import { Failure } from '../shell/failure';
import { type KeyLine, KeysHelp } from '../shell/keys-dialog';
import { useKeys } from '../shell/use-keys';
import { ACT_KEYS, type Act } from './acts';
import { Beside } from './beside';
import { CallBacks } from './call-backs';
import { Colleagues } from './colleagues';
import { EmptyLine } from './empty-line';
import { heldBy, nextOf } from './line';
import { LineList } from './line-list';
import { NextCard, OwnCard } from './next-card';
import { QueueHead } from './queue-head';
import { servedOf } from './queues';
import { type Admitting, useAdmit } from './use-admit';
import { useQueue } from './use-queue';

/** Who waits, and admitting them. */
export function CounterPage() {
  const { me } = useSignedIn();
  const text = staffText();
  const summaries = useFloor()?.queues.value ?? null;
  const queues = servedOf(summaries?.queues, me.queues ?? []);
  const [chosen, choose] = useState('');
  const { id } = queues.find((queue) => queue.id === chosen) ?? queues[0] ?? {};
  useTitle(summaries);
  useComingOnDuty();
  if (id === undefined) return <p class="card dead">{text.queue.noQueues}</p>;
  return <Queue key={id} id={id} queues={queues} summaries={summaries} onChoose={choose} />;
}

interface QueueProps {
  id: string;
  queues: readonly QueueName[];
  summaries: QueueList | null;
  onChoose: (id: string) => void;
}

function Queue({ id, queues, summaries, onChoose }: QueueProps) {
  const { me } = useSignedIn();
  const text = staffText();
  const line = useQueue(id);
  const admit = useAdmit(id, () => void line.reload());
  const admits = me.role === 'pharmacist';
  return (
    <>
      <QueueHead
        queues={queues}
        summaries={summaries}
        view={line.value}
        onChoose={onChoose}
        onChanged={line.reload}
        keys={<Keys admits={admits} />}
      />
      <Failure error={line.error} onRetry={() => void line.reload()} />
      {admit.notice}
      {line.value !== null ? (
        <Line view={line.value} admits={admits} admit={admit} onChanged={line.reload} />
      ) : (
        line.error === null && <p class="soft">{text.loading}</p>
      )}
    </>
  );
}

interface LineProps {
  view: QueueView;
  admits: boolean;
  admit: Admitting;
  onChanged: () => Promise<void>;
}

function Line({ view, admits, admit, onChanged }: LineProps) {
  const alerts = useFloor()?.alerts.settings.value;
  useHandedOver(view);
  return (
    <div class="counter">
      <div class="counter-line">
        {admits && <Primary view={view} admit={admit} />}
        {view.line.length === 0 ? (
          <EmptyLine alertsOn={alerts?.arrived ?? false} />
        ) : (
          <LineList view={view} admits={admits} admit={admit} onChanged={onChanged} />
        )}
      </div>
      <div class="counter-side">
        <Beside view={view} onChanged={onChanged} />
        <CallBacks view={view} onChanged={onChanged} />
        <Colleagues view={view} />
      </div>
    </div>
  );
}

/** The large action: back to one's own consultation, else the next person. */
function Primary({ view, admit }: { view: QueueView; admit: Admitting }) {
  const { me } = useSignedIn();
  const own = heldBy(view, me.subject_id);
  if (own?.consultation_id) return <OwnCard name={own.person_name} consultationId={own.consultation_id} />;
  if (view.line.length === 0) return null;
  return (
    <NextCard view={view} visitor={nextOf(view)} busy={admit.busy} onAdmit={() => void admit.run(null)} />
  );
}

function Keys({ admits }: { admits: boolean }) {
  const text = staffText();
  useKeys({ a: pressPrimary });
  const acts = Object.entries(ACT_KEYS).map<KeyLine>(([act, key]) => [
    [key.toUpperCase()],
    text.line.acts[act as Act],
  ]);
  const lines: readonly KeyLine[] = [
    ...(admits ? [[['A'], text.keys.admitNext] as const] : []),
    [['J', 'K', '↓', '↑'], text.keys.move],
    ...(admits ? [[['Enter'], text.keys.admitThis] as const] : []),
    ...acts,
    [['L'], text.queue.messageAll],
    [['P'], text.queue.addPhone],
    [['W'], text.keys.worse],
  ];
  return <KeysHelp lines={lines} hint={text.keys.actsHint} />;
}

/**
 * Alerts to a consultation that became one's own while the counter is shown: whoever admits somebody leaves the
 * counter at once, so it was handed over (or admitted on another device).
 */
function useHandedOver(view: QueueView): void {
  const { me } = useSignedIn();
  const alerts = useFloor()?.alerts;
  const own = heldBy(view, me.subject_id);
  const before = useRef(own?.id);
  useEffect(() => {
    const isNew = own !== null && own.id !== before.current;
    before.current = own?.id;
    if (own === null || !isNew) return;
    const text = staffText().alerts;
    announce(text.handed(own.person_name), 'assertive');
    alerts?.tell('handed', own.id, text.titles.handed, text.told.handed(view.name));
  }, [own?.id]);
}

/** The key does what the large button says at this moment. */
function pressPrimary(): void {
  document.querySelector<HTMLElement>('.next .button')?.click();
}

/** Whoever opens the counter and never said whether they work is on duty from now on. */
function useComingOnDuty(): void {
  const { client } = useSignedIn();
  const duty = useFloor()?.duty;
  const silent = duty?.value?.state === 'off' && duty.value.since === null;
  useEffect(() => {
    if (!silent) return;
    const body: ChangeDuty = { state: 'on' };
    // Unsaid, it is told by the next admission; nothing here waits for it.
    client.put<DutyView>('me/duty', body).then(duty?.put, () => undefined);
  }, [silent]);
}

/** How many wait in all queues that are served: also read on the tab of a page in the background. */
function useTitle(summaries: QueueList | null): void {
  const text = staffText();
  const page = text.shell.counter;
  const served = summaries?.queues.filter(({ serves }) => serves) ?? [];
  const waiting = served.reduce((sum, queue) => sum + queue.waiting, 0);
  const worse = served.some((queue) => queue.worse > 0);
  const title = waiting > 0 ? text.titleWaiting(waiting, page) : text.title(page);
  useDocumentTitle(worse ? text.titleWorse(title) : title);
}
