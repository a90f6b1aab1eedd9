import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { announce } from '../a11y/announcer';
import type { VisitView } from '../api/types';
import { Button } from '../design/button';
import { countdown } from '../i18n/format';
import type { PatientApp } from './patient-app';
import { Shell } from './shell';
import { patientText } from './text';
import { UrgentHelp } from './urgent-help';

interface CalledProps {
  app: PatientApp;
  visit: VisitView;
  onJoin: (consultationId: string) => void;
}

/** One big button: the pharmacist is ready, or the call is still going on without the patient. */
export function CalledView({ app, visit, onJoin }: CalledProps) {
  const text = patientText();
  const running = visit.state === 'in_consultation';
  const left = useSecondsLeft(visit.answer_by);
  useEffect(() => {
    if (!running) announce(text.called, 'assertive');
  }, [running, text]);
  const words = left === null ? null : left > 0 ? text.timeLeft(countdown(left)) : text.timeOver;
  return (
    <Shell
      app={app}
      heading={running ? text.rejoin : text.called}
      title={running ? text.rejoin : `● ${text.calledTitle}`}
      lead={<p class="large">{running ? text.rejoinText : text.calledText}</p>}
    >
      <Button
        kind="primary"
        wide
        tall
        testId="join"
        busy={visit.consultation_id === null}
        onClick={() => {
          app.alerts.stopRinging();
          if (visit.consultation_id !== null) onJoin(visit.consultation_id);
        }}
      >
        {running ? text.rejoinButton : text.join}
      </Button>
      {!running && words && (
        <p class="large" role="timer">
          {words}
        </p>
      )}
      <p class="soft">{text.onlyYou}</p>
      <UrgentHelp pharmacy={visit.pharmacy} as="folded" />
    </Shell>
  );
}

function useSecondsLeft(until: string | null): number | null {
  const left = useSignal<number | null>(null);
  useEffect(() => {
    if (until === null) {
      left.value = null;
      return;
    }
    const tell = () => {
      left.value = Math.max(0, (Date.parse(until) - Date.now()) / 1_000);
    };
    tell();
    const timer = setInterval(tell, 1_000);
    return () => clearInterval(timer);
  }, [until, left]);
  return left.value;
}
