import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { announce } from '../a11y/announcer';
import type { VisitView } from '../api/types';
import { Button } from '../design/button';
import { Notice } from '../design/notice';
import { clockTime, countdown } from '../i18n/format';
import { language } from '../i18n/language';
import { useAction } from './action';
import { Offline } from './interruptions';
import type { PatientApp } from './patient-app';
import { Shell } from './shell';
import { patientText } from './text';
import { Trouble } from './trouble';
import { UrgentHelp } from './urgent-help';
import type { VisitWatch } from './visit-watch';

interface CalledProps {
  app: PatientApp;
  watch: VisitWatch;
  visit: VisitView;
  onJoin: (consultationId: string) => void;
}

/** One big button: the pharmacist is ready. Who needs a moment longer says so with the other one. */
export function CalledView({ app, watch, visit, onJoin }: CalledProps) {
  const text = patientText();
  const left = useSecondsLeft(visit.answer_by);
  useEffect(() => announce(text.called, 'assertive'), [text]);
  const words = left === null ? null : left > 0 ? text.timeLeft(countdown(left)) : text.timeOver;
  return (
    <Shell
      app={app}
      heading={text.called}
      title={`${Math.ceil(left ?? 0) % 2 === 0 ? '●' : '○'} ${text.calledTitle}`}
      lead={<p class="large">{text.calledText}</p>}
    >
      <Join app={app} visit={visit} onJoin={onJoin} words={text.join} />
      {words && (
        <p class="large" role="timer" data-testid="time-left">
          {words}
        </p>
      )}
      <Coming watch={watch} visit={visit} />
      <div role="status" class="live">
        <Offline app={app} />
      </div>
      <p class="soft">{text.onlyYou}</p>
      <UrgentHelp pharmacy={visit.pharmacy} />
    </Shell>
  );
}

interface OpenProps extends Omit<CalledProps, 'watch'> {
  /** Whether this very page was in the call. */
  wasIn: boolean;
}

/** The consultation goes on, and this page is not in it: it is on another device, or was left. */
export function OpenConsultationView({ app, visit, wasIn, onJoin }: OpenProps) {
  const text = patientText();
  return (
    <Shell
      app={app}
      heading={wasIn ? text.rejoin : text.elsewhere}
      lead={<p class="large">{wasIn ? text.rejoinText : text.elsewhereText}</p>}
    >
      <Join
        app={app}
        visit={visit}
        onJoin={onJoin}
        words={wasIn ? text.rejoinButton : text.elsewhereButton}
      />
      <p class="soft">{text.onlyYou}</p>
      <UrgentHelp pharmacy={visit.pharmacy} />
    </Shell>
  );
}

function Join({ app, visit, onJoin, words }: Omit<CalledProps, 'watch'> & { words: string }) {
  return (
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
      {words}
    </Button>
  );
}

function Coming({ watch, visit }: { watch: VisitWatch; visit: VisitView }) {
  const text = patientText();
  const action = useAction();
  const said = useRef<HTMLDivElement>(null);
  const asked = useSignal(false);
  // The button is gone: the keyboard goes on from what took its place.
  useEffect(() => {
    if (visit.coming && asked.value) said.current?.focus();
  }, [visit.coming, asked]);
  const say = () => {
    asked.value = true;
    void action.run(() => watch.coming());
  };
  if (visit.coming)
    return (
      <div ref={said} tabIndex={-1} data-testid="coming-said">
        <Notice kind="good">
          <p class="large">
            {text.comingSaid}
            {visit.answer_by && ` ${text.answerBy(clockTime(language.value, visit.answer_by))}`}
          </p>
        </Notice>
      </div>
    );
  return (
    <>
      <Button wide testId="coming" busy={action.busy.value} onClick={say}>
        {text.coming}
      </Button>
      <Trouble problem={action.problem.value} />
    </>
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
