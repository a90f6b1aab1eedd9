import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { announce } from '../a11y/announcer';
import type { VisitView } from '../api/types';
import { Button } from '../design/button';
import { Confirm } from '../design/dialog';
import { Icon } from '../design/icon';
import { Notice } from '../design/notice';
import { language } from '../i18n/language';
import { useAction } from './action';
import { capitalised } from './door-view';
import type { PatientApp } from './patient-app';
import { Shell } from './shell';
import { patientText } from './text';
import { Trouble } from './trouble';
import { UrgentHelp } from './urgent-help';
import type { VisitWatch } from './visit-watch';
import { waitReason, waitWords } from './wait';

interface WaitingProps {
  app: PatientApp;
  watch: VisitWatch;
  visit: VisitView;
  onCheck: () => void;
}

/** The waiting room: place, wait, what happens next, and ways to step away or leave. */
export function WaitingView({ app, watch, visit, onCheck }: WaitingProps) {
  const text = patientText();
  const action = useAction();
  const away = visit.state === 'away';
  useKeepAwake(app);
  return (
    <Shell
      app={app}
      heading={away ? text.placeKept : text.waiting}
      title={visit.place === null ? text.waiting : placeWords(visit.place)}
      lead={<p class="soft">{visit.queue_name}</p>}
    >
      <Interruptions app={app} visit={visit} />
      <PlaceCard visit={visit} />
      {away ? (
        <div class="stack">
          <p>{text.placeKeptText}</p>
          <Button
            kind="primary"
            wide
            tall
            testId="return"
            busy={action.busy.value}
            onClick={() => void action.run(() => watch.comeBack())}
          >
            {text.imBack}
          </Button>
        </div>
      ) : (
        <NextSteps />
      )}
      <Trouble problem={action.problem.value} />
      <UrgentHelp pharmacy={visit.pharmacy} as="folded" />
      <div class="stack stack-tight">
        {!away && (
          <Button
            wide
            testId="away"
            busy={action.busy.value}
            onClick={() => void action.run(() => watch.stepAway())}
          >
            {text.keepPlace}
          </Button>
        )}
        <Button wide onClick={onCheck}>
          {text.checkAgain}
        </Button>
        <OtherDevice app={app} />
        <Leave watch={watch} />
      </div>
    </Shell>
  );
}

export function placeWords(place: number): string {
  const text = patientText();
  return place === 1 ? text.youAreNext : text.placeIs(place);
}

function PlaceCard({ visit }: { visit: VisitView }) {
  const text = patientText();
  const { place, wait } = visit;
  const words = place === null ? null : placeWords(place);
  useEffect(() => {
    if (words) announce(text.placeChanged(words));
  }, [words, text]);
  return (
    <dl class="card place">
      <div>
        <dt>{text.yourPlace}</dt>
        <dd>
          <strong class="place-number" data-testid="place">
            {words ?? '…'}
          </strong>
          {place !== null && place > 1 && <span class="soft">{text.ahead(place - 1)}</span>}
        </dd>
      </div>
      {wait && (
        <div>
          <dt>{text.yourWait}</dt>
          <dd>
            <strong class="large" data-testid="wait">
              {capitalised(waitWords(wait, text, language.value))}
            </strong>
            {waitReason(wait, text) && <span class="soft">{waitReason(wait, text)}</span>}
          </dd>
        </div>
      )}
    </dl>
  );
}

/** What the patient should know before anything else. */
function Interruptions({ app, visit }: { app: PatientApp; visit: VisitView }) {
  const text = patientText();
  return (
    <>
      <div role="status" class="live">
        {app.connection.status.value === 'offline' && (
          <Notice kind="warn">
            <p>{text.offline}</p>
          </Notice>
        )}
        {visit.queue_state === 'paused' && (
          <Notice kind="warn">
            <p>{visit.pause_message ?? text.paused}</p>
          </Notice>
        )}
      </div>
      <div aria-live="assertive" class="live">
        {visit.message && (
          <Notice kind="info">
            <p>
              <strong>{text.from(visit.pharmacy.name)}</strong>
            </p>
            <p class="large written">{visit.message}</p>
          </Notice>
        )}
      </div>
    </>
  );
}

function NextSteps() {
  const text = patientText();
  return (
    <section class="stack stack-tight" aria-labelledby="next">
      <h2 id="next">{text.happensNext}</h2>
      <ol class="steps">
        {text.happensSteps.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
    </section>
  );
}

function OtherDevice({ app }: { app: PatientApp }) {
  const text = patientText();
  const link = app.returnLink.value;
  if (link === null) return null;
  const copy = async () => {
    await navigator.clipboard?.writeText(link).catch(() => undefined);
    announce(text.copied);
  };
  return (
    <details class="urgent">
      <summary>{text.otherDevice}</summary>
      <p>{text.otherDeviceText}</p>
      <p class="link-text">{link}</p>
      <Button onClick={() => void copy()}>{text.copy}</Button>
    </details>
  );
}

function Leave({ watch }: { watch: VisitWatch }) {
  const text = patientText();
  const asking = useSignal(false);
  const action = useAction();
  const close = () => {
    asking.value = false;
  };
  return (
    <>
      <Button
        kind="quiet"
        testId="leave"
        onClick={() => {
          asking.value = true;
        }}
      >
        <Icon name="close" />
        {text.leave}
      </Button>
      <Confirm
        open={asking.value}
        heading={text.leaveHeading}
        confirm={text.leaveConfirm}
        cancel={text.leaveCancel}
        onClose={close}
        onConfirm={() => void action.run(() => watch.leave()).then((done) => done && close())}
      >
        <p>{text.leaveText}</p>
        <Trouble problem={action.problem.value} />
      </Confirm>
    </>
  );
}

function useKeepAwake(app: PatientApp): void {
  useEffect(() => {
    const wake = () => void app.alerts.keepAwake(true);
    wake();
    document.addEventListener('visibilitychange', wake);
    return () => {
      document.removeEventListener('visibilitychange', wake);
      void app.alerts.keepAwake(false);
    };
  }, [app]);
}
