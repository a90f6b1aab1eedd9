import { useEffect } from 'preact/hooks';
import type { ConsultationView, VisitView } from '../../api/types';
import { countdown } from '../../i18n/format';
import { staffText } from '../../i18n/staff';
import { useSignedIn } from '../context';
import { secondsUntil, useNow } from '../now';
import { useResource } from '../resource';
import { Icon } from '../shell/icon';

/** The patient is being called: how long they still have to answer. */
export function Ringing({ view, onTimeOver }: { view: ConsultationView; onTimeOver: () => Promise<void> }) {
  const { client } = useSignedIn();
  const text = staffText().consultation;
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
  return (
    <div class="ringing">
      <span class="ringing-mark">
        <Icon name="phone" />
      </span>
      <p class="ringing-who" role="status">
        {text.ringing(view.person_name)}
      </p>
      {left !== null && <p class="ringing-time">{over ? text.timeOver : text.timeLeft(countdown(left))}</p>}
    </div>
  );
}
