import type { PharmacyView, PublicQueue } from '../api/types';
import { Button } from '../design/button';
import { weekdayName } from '../i18n/format';
import { language } from '../i18n/language';
import type { PatientApp } from './patient-app';
import { Shell } from './shell';
import { opensWords } from './shut';
import { patientText } from './text';
import { UrgentHelp } from './urgent-help';
import { capitalised, waitReason, waitWords } from './wait';

interface DoorProps {
  app: PatientApp;
  pharmacy: PharmacyView;
  onJoin: (queue: PublicQueue) => void;
  onCallBack: (queue: PublicQueue) => void;
}

/** The pharmacy's door: urgent help first, then the queues and how long they take, then the hours. */
export function DoorView({ app, pharmacy, onJoin, onCallBack }: DoorProps) {
  const text = patientText();
  return (
    <Shell
      first
      app={app}
      heading={text.door}
      lead={
        <p class="row">
          <span class={pharmacy.open_now ? 'badge badge-good' : 'badge badge-warn'}>
            {pharmacy.open_now ? text.openNow : text.closedNow}
          </span>
          <span class="soft small">{pharmacy.address}</span>
        </p>
      }
    >
      <UrgentHelp pharmacy={pharmacy} />
      <section class="stack" aria-labelledby="queues">
        <h2 id="queues">{text.chooseQueue}</h2>
        {pharmacy.queues.some(({ state }) => state === 'open') && <p class="soft">{text.doorIntro}</p>}
        <ul class="plain-list stack">
          {pharmacy.queues.map((queue) => (
            <li key={queue.id}>
              <QueueCard
                pharmacy={pharmacy}
                queue={queue}
                onJoin={() => onJoin(queue)}
                onCallBack={() => onCallBack(queue)}
              />
            </li>
          ))}
        </ul>
      </section>
      <Hours pharmacy={pharmacy} />
    </Shell>
  );
}

interface QueueCardProps {
  pharmacy: PharmacyView;
  queue: PublicQueue;
  onJoin: () => void;
  onCallBack: () => void;
}

function QueueCard({ pharmacy, queue, onJoin, onCallBack }: QueueCardProps) {
  const text = patientText();
  return (
    <div class="card stack">
      <h3 class="large">{queue.name}</h3>
      {queue.state === 'open' ? (
        <>
          <OpenQueue queue={queue} />
          <Button kind="primary" wide testId="start" onClick={onJoin}>
            {text.start}
            <span class="unseen">: {queue.name}</span>
          </Button>
        </>
      ) : (
        <ShutQueue pharmacy={pharmacy} queue={queue} onCallBack={onCallBack} />
      )}
    </div>
  );
}

function OpenQueue({ queue }: { queue: PublicQueue }) {
  const text = patientText();
  const reason = waitReason(queue.wait, text);
  return (
    <div class="stack stack-tight">
      <p>
        <strong data-testid="wait">{capitalised(waitWords(queue.wait, text, language.value))}</strong>
        <br />
        <span class="soft">{text.waitingCount(queue.waiting)}</span>
        {reason && <span class="soft">. {reason}</span>}
      </p>
      {queue.kept && queue.kept.of > 0 && (
        <p class="soft small">{text.kept(queue.kept.of, queue.kept.within)}</p>
      )}
    </div>
  );
}

function ShutQueue({ pharmacy, queue, onCallBack }: Omit<QueueCardProps, 'onJoin'>) {
  const text = patientText();
  const states = { paused: text.queuePaused, closed: text.queueClosed, full: text.queueFull, open: '' };
  const opens = opensWords(pharmacy, queue);
  return (
    <>
      <p>
        <strong>{states[queue.state]}</strong>
        {opens && <strong data-testid="opens"> · {opens}</strong>}
        <br />
        {queue.pause_message ?? text.queueUnavailable(pharmacy.phone)}
      </p>
      {queue.state !== 'paused' && (
        <Button kind="primary" wide testId="call-back" onClick={onCallBack}>
          {text.callBack}
          <span class="unseen">: {queue.name}</span>
        </Button>
      )}
    </>
  );
}

function Hours({ pharmacy }: { pharmacy: PharmacyView }) {
  const text = patientText();
  const spansOf = (weekday: number) =>
    pharmacy.opening_hours
      .filter((span) => span.weekday === weekday)
      .map((span) => `${span.opens}–${span.closes}`)
      .join(', ');
  return (
    <section class="stack stack-tight" aria-labelledby="hours">
      <h2 id="hours">{text.hours}</h2>
      {pharmacy.opening_hours.length === 0 ? (
        <p>{text.allDay}</p>
      ) : (
        <dl class="hours">
          {[0, 1, 2, 3, 4, 5, 6].map((weekday) => (
            <div key={weekday}>
              <dt>{capitalised(weekdayName(language.value, weekday))}</dt>
              <dd>{spansOf(weekday) || text.closedDay}</dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  );
}
