import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { VisitView } from '../api/types';
import { Notice } from '../design/notice';
import type { PatientApp } from './patient-app';
import { patientText } from './text';

interface InterruptionsProps {
  app: PatientApp;
  visit: VisitView;
}

/** What the patient should know before anything else. */
export function Interruptions({ app, visit }: InterruptionsProps) {
  const text = patientText();
  return (
    <>
      <div role="status" class="live stack">
        <Offline app={app} />
        {visit.queue_state === 'paused' && (
          <Notice kind="warn">
            <p>{visit.pause_message ?? text.paused}</p>
          </Notice>
        )}
        {app.missedCall.value && (
          <Notice kind="warn">
            <p>{text.missed}</p>
          </Notice>
        )}
        {app.passedOn.value && (
          <Notice kind="info">
            <p>{text.passedOn(visit.queue_name)}</p>
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

/** A connection that comes back within this time was never worth a word. */
const WORTH_A_WORD_MS = 3_000;

/** A lost connection, in calm words: the place does not hang on it. */
export function Offline({ app }: { app: PatientApp }) {
  const text = patientText();
  const lost = app.connection.status.value === 'offline';
  const said = useSignal(false);
  useEffect(() => {
    if (!lost) {
      said.value = false;
      return;
    }
    const timer = setTimeout(() => {
      said.value = true;
    }, WORTH_A_WORD_MS);
    return () => clearTimeout(timer);
  }, [lost, said]);
  return said.value ? (
    <Notice kind="warn">
      <p>{text.offline}</p>
    </Notice>
  ) : null;
}
