import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { EndReason, VisitView } from '../api/types';
import { Button } from '../design/button';
import { Icon } from '../design/icon';
import { Notice } from '../design/notice';
import { CallBack } from './call-back';
import { markInCall } from './in-call-mark';
import type { PatientApp } from './patient-app';
import { Shell, telephone } from './shell';
import { patientText } from './text';
import { UrgentHelp } from './urgent-help';

/** From these a person may want to stand in line again. */
const AGAIN: ReadonlySet<EndReason> = new Set<EndReason>(['patient_left', 'unanswered', 'closed', 'expired']);

/** With these the pharmacy may say what to do instead; at closing time this page says it, with a button for each. */
const WITH_GUIDANCE: ReadonlySet<EndReason> = new Set<EndReason>(['declined', 'expired']);

/** The last page: what happened, what to do next, and when to seek urgent help. */
export function EndView({ app, visit }: { app: PatientApp; visit: VisitView }) {
  const text = patientText();
  const reason = visit.end_reason ?? 'expired';
  const { heading, text: words } = text.ends[reason];
  const privately = visit.confidential && reason !== 'transferred';
  useEffect(() => {
    app.media.stop();
    markInCall(null);
    app.returnLink.value = null;
    void app.alerts.keepAwake(false);
    if (privately) void app.forget();
  }, [app, privately]);
  const callBack = useSignal(false);
  if (callBack.value) {
    const back = () => {
      callBack.value = false;
    };
    return <CallBack app={app} pharmacy={visit.pharmacy} queueId={visit.queue_id} onBack={back} />;
  }
  return (
    <Shell app={app} heading={heading} lead={<p class="large">{words}</p>}>
      {WITH_GUIDANCE.has(reason) && visit.guidance && (
        <Notice kind="info">
          <p class="large written">{visit.guidance}</p>
        </Notice>
      )}
      {reason === 'completed' && (
        <section class="card stack" aria-labelledby="next-steps">
          <h2 id="next-steps">{text.nextSteps}</h2>
          <p class="written" data-testid="next-steps">
            {visit.next_steps ?? text.nextStepsNone}
          </p>
        </section>
      )}
      {reason !== 'transferred' && (
        <>
          <div class="stack stack-tight">
            {reason === 'closed' && (
              <Button
                kind="primary"
                wide
                tall
                testId="call-back"
                onClick={() => {
                  callBack.value = true;
                }}
              >
                {text.callBack}
              </Button>
            )}
            {AGAIN.has(reason) && (
              <a
                class={`button button-wide ${reason === 'closed' ? 'button-plain' : 'button-primary'}`}
                href={`/p/${encodeURIComponent(visit.pharmacy.slug)}`}
              >
                {text.joinAgain}
              </a>
            )}
            <a class="button button-plain button-wide" href={telephone(visit.pharmacy.phone)}>
              <Icon name="phone" />
              {text.callUs(visit.pharmacy.phone)}
            </a>
          </div>
          <UrgentHelp pharmacy={visit.pharmacy} heading={text.stillNeed} />
          <p class="soft">{visit.confidential ? text.privateDone : text.closePage}</p>
        </>
      )}
    </Shell>
  );
}
