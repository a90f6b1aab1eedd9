import { useEffect } from 'preact/hooks';
import type { ConsultationView, VisitView } from '../../api/types';
import { countdown } from '../../i18n/format';
import { staffText } from '../../i18n/staff';
import { useSignedIn } from '../context';
import { secondsUntil, useNow } from '../now';
import { useResource } from '../resource';
import { Icon } from '../shell/icon';

/** Seconds that a called patient still has to answer; null while not known. Runs once the time is over. */
export function useTimeLeft(view: ConsultationView, onTimeOver: () => Promise<void>): number | null {
  const { client } = useSignedIn();
  const visit = useResource<VisitView>(view.visit_id, (signal) =>
    client.get(`visits/${view.visit_id}`, { signal }),
  );
  const now = useNow(1000);
  const answerBy = visit.value?.answer_by ?? null;
  const left = answerBy === null ? null : secondsUntil(answerBy, now);
  const over = left !== null && left <= 0;
  useEffect(() => {
    if (over) void onTimeOver();
  }, [over]);
  return left;
}

/** The patient is being called: how long they still have to answer. */
export function Ringing({ view, onTimeOver }: { view: ConsultationView; onTimeOver: () => Promise<void> }) {
  const text = staffText().consultation;
  const left = useTimeLeft(view, onTimeOver);
  return (
    <div class="ringing">
      <span class="ringing-mark">
        <Icon name="phone" />
      </span>
      <p class="ringing-who" role="status">
        {text.ringing(view.person_name)}
      </p>
      <TimeLeft seconds={left} />
    </div>
  );
}

export function TimeLeft({ seconds }: { seconds: number | null }) {
  const text = staffText().consultation;
  if (seconds === null) return null;
  return <p class="ringing-time">{seconds <= 0 ? text.timeOver : text.timeLeft(countdown(seconds))}</p>;
}
