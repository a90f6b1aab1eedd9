import { useEffect } from 'preact/hooks';
import type { EndReason, VisitView } from '../api/types';
import { Icon } from '../design/icon';
import { Notice } from '../design/notice';
import type { PatientApp } from './patient-app';
import { Shell, telephone } from './shell';
import { patientText } from './text';
import { UrgentHelp } from './urgent-help';

/** From these a person may want to stand in line again. */
const AGAIN: ReadonlySet<EndReason> = new Set<EndReason>(['patient_left', 'unanswered', 'closed', 'expired']);

/** The last page: what happened, what to do next, and when to seek urgent help. */
export function EndView({ app, visit }: { app: PatientApp; visit: VisitView }) {
  const text = patientText();
  const reason = visit.end_reason ?? 'expired';
  const { heading, text: words } = text.ends[reason];
  const privately = visit.confidential && reason !== 'transferred';
  useEffect(() => {
    app.media.stop();
    app.returnLink.value = null;
    void app.alerts.keepAwake(false);
    if (privately) void app.forget();
  }, [app, privately]);
  return (
    <Shell app={app} heading={heading} lead={<p class="large">{words}</p>}>
      {reason === 'declined' && visit.guidance && (
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
            {AGAIN.has(reason) && (
              <a
                class="button button-primary button-wide"
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
          <UrgentHelp pharmacy={visit.pharmacy} as="open" heading={text.stillNeed} />
          <p class="soft">{visit.confidential ? text.privateDone : text.closePage}</p>
        </>
      )}
    </Shell>
  );
}
