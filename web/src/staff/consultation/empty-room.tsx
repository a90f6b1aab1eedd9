import { useState } from 'preact/hooks';
import type { ConsultationView } from '../../api/types';
import { countdown } from '../../i18n/format';
import { staffText } from '../../i18n/staff';
import { PhoneLink } from '../counter/phone-link';
import { useNow } from '../now';

/** After so long without anybody else in the room, the server ends the call: only the notes are left. */
const WRAP_UP_AFTER_S = 180;
/** A reload takes some seconds: nothing is said before. */
const QUIET_S = 8;

/** Nobody else is in the call: when it ends, and how else to reach the patient. */
export function EmptyRoom({ view }: { view: ConsultationView }) {
  const text = staffText().consultation;
  const [sinceMs] = useState(Date.now);
  const goneS = (useNow(1000) - sinceMs) / 1000;
  if (goneS < QUIET_S) return <p role="status">{text.waitingFor(view.person_name)}</p>;
  return (
    <div class="ringing" data-testid="empty-room">
      <p class="ringing-who" role="status">
        {text.empty(view.person_name)}
      </p>
      <p class="ringing-time">{text.emptyUntil(countdown(WRAP_UP_AFTER_S - goneS))}</p>
      {view.phone && (
        <p class="stage-phone">
          {text.phoneHint} <PhoneLink phone={view.phone} />
        </p>
      )}
    </div>
  );
}
