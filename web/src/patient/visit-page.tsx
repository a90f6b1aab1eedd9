import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { isSignedOut } from '../api/problem';
import type { VisitView } from '../api/types';
import { Button } from '../design/button';
import { useAction } from './action';
import { CalledView, OpenConsultationView } from './called-view';
import { EndView } from './end-view';
import { markInCall, wasInCall } from './in-call-mark';
import { call, deviceCheck } from './later-views';
import type { PatientApp } from './patient-app';
import { Shell } from './shell';
import { patientText } from './text';
import { Trouble } from './trouble';
import { useCalling } from './use-calling';
import type { VisitWatch } from './visit-watch';
import { WaitingView } from './waiting-view';

/** `/visit`: wherever the patient's visit stands. After a reload the session's cookie finds it again. */
export function VisitPage({ app }: { app: PatientApp }) {
  const action = useAction();
  useEffect(() => {
    if (app.visit.peek() === null && app.guestConsultation.peek() === null)
      void action.run(() => resume(app));
  }, [app]);
  const guest = app.guestConsultation.value;
  const watch = app.visit.value;
  if (watch) return <Visit key={watch.id} app={app} watch={watch} />;
  if (guest) return <call.View app={app} consultationId={guest} visit={null} />;
  return (
    <NoVisit app={app} problem={action.problem.value} retry={() => void action.run(() => resume(app))} />
  );
}

const NO_VISIT = new Error('no visit');

async function resume(app: PatientApp): Promise<void> {
  if (!(await app.resume())) throw NO_VISIT;
}

function NoVisit({ app, problem, retry }: { app: PatientApp; problem: unknown; retry: () => void }) {
  const text = patientText();
  if (problem === null)
    return (
      <Shell app={app} heading={text.loading}>
        {null}
      </Shell>
    );
  const gone = problem === NO_VISIT || isSignedOut(problem);
  return (
    <Shell app={app} heading={text.noVisitHeading}>
      {gone ? <p>{text.noVisitText}</p> : <Trouble problem={problem} />}
      {!gone && <Button onClick={retry}>{text.tryAgain}</Button>}
    </Shell>
  );
}

function Visit({ app, watch }: { app: PatientApp; watch: VisitWatch }) {
  const checking = useSignal(false);
  const inCall = useSignal<string | null>(null);
  const visit = watch.visit.value;
  const known = visit !== null;
  useEffect(() => {
    if (visit) app.pharmacy.value = visit.pharmacy;
  }, [visit, app]);
  useFollowTransfer(app, visit);
  useCalling(app, visit, inCall.value !== null);
  useEffect(() => {
    if (known) call.preload();
  }, [known]);
  if (visit === null) {
    const problem = watch.problem.value;
    return <NoVisit app={app} problem={problem} retry={() => void watch.read()} />;
  }
  if (inCall.value !== null && visit.end_reason === null) {
    const left = () => {
      inCall.value = null;
    };
    return <call.View app={app} consultationId={inCall.value} visit={visit} onLeft={left} />;
  }
  const checkDone = () => {
    checking.value = false;
  };
  const join = (consultationId: string) => {
    inCall.value = consultationId;
    markInCall(consultationId);
  };
  switch (visit.state) {
    case 'called':
      return <CalledView app={app} watch={watch} visit={visit} onJoin={join} />;
    case 'in_consultation':
      return (
        <OpenConsultationView
          app={app}
          visit={visit}
          wasIn={wasInCall(visit.consultation_id)}
          onJoin={join}
        />
      );
    case 'invited':
    case 'checking':
      return <deviceCheck.View app={app} watch={watch} visit={visit} onDone={checkDone} />;
    case 'waiting':
    case 'away':
      if (checking.value)
        return <deviceCheck.View app={app} watch={watch} visit={visit} onDone={checkDone} />;
      return (
        <WaitingView
          app={app}
          watch={watch}
          visit={visit}
          onCheck={() => {
            checking.value = true;
          }}
        />
      );
    default:
      return <EndView app={app} visit={visit} />;
  }
}

function useFollowTransfer(app: PatientApp, visit: VisitView | null): void {
  const successor = visit?.successor_id ?? null;
  useEffect(() => {
    if (successor !== null) app.follow(successor);
  }, [successor, app]);
}
