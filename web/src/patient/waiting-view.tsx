import { useEffect } from 'preact/hooks';
import type { VisitView } from '../api/types';
import { Button } from '../design/button';
import { useAction } from './action';
import { CallYou } from './call-you';
import { ComeBackLink } from './come-back-link';
import { FeelWorse } from './feel-worse';
import { Interruptions } from './interruptions';
import { Leave } from './leave';
import type { PatientApp } from './patient-app';
import { PlaceCard, placeWords } from './place-card';
import { Shell } from './shell';
import { patientText } from './text';
import { Trouble } from './trouble';
import type { VisitWatch } from './visit-watch';

interface WaitingProps {
  app: PatientApp;
  watch: VisitWatch;
  visit: VisitView;
  onCheck: () => void;
}

/** The waiting room: place and wait, how we call, when not to wait, and ways to step out or leave. */
export function WaitingView({ app, watch, visit, onCheck }: WaitingProps) {
  const text = patientText();
  const action = useAction();
  const out = visit.state === 'away';
  useKeepAwake(app);
  useSoundOnPress(app);
  return (
    <Shell
      app={app}
      heading={out ? text.placeKept : text.waiting}
      title={visit.place === null ? text.waiting : placeWords(visit.place)}
      lead={<p class="soft">{visit.queue_name}</p>}
    >
      <Interruptions app={app} visit={visit} />
      <PlaceCard visit={visit} />
      {out && (
        <div class="stack">
          <p class="large">{text.placeKeptText}</p>
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
      )}
      <CallYou app={app} visit={visit} />
      <FeelWorse watch={watch} visit={visit} />
      <Trouble problem={action.problem.value} />
      <div class="stack stack-tight">
        {!out && (
          <Button
            wide
            testId="away"
            busy={action.busy.value}
            onClick={() => void action.run(() => watch.stepOut())}
          >
            {text.keepPlace}
          </Button>
        )}
        <ComeBackLink app={app} watch={watch} visit={visit} />
        <Button wide onClick={onCheck}>
          {text.checkAgain}
        </Button>
        <Leave watch={watch} />
      </div>
    </Shell>
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

/** After a reload the browser wants a press before it lets the page sound: any will do. */
function useSoundOnPress(app: PatientApp): void {
  useEffect(() => {
    const unlock = () => app.alerts.unlock();
    if (navigator.userActivation?.hasBeenActive) unlock();
    addEventListener('pointerup', unlock);
    addEventListener('keydown', unlock);
    return () => {
      removeEventListener('pointerup', unlock);
      removeEventListener('keydown', unlock);
    };
  }, [app]);
}
