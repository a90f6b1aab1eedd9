import { useState } from 'preact/hooks';
import type { ConsultationView, ParticipantView } from '../../api/types';
import { Button } from '../../design/button';
import { language } from '../../i18n/language';
import { staffText } from '../../i18n/staff';
import { clock } from '../moments';
import { GuestDialog } from './guest-dialog';
import { isOpen } from './state';

/** Who is or was in the call, and asking somebody in. */
export function PeoplePanel({ view, onChanged }: { view: ConsultationView; onChanged: () => Promise<void> }) {
  const text = staffText().consultation;
  const [inviting, invite] = useState(false);
  return (
    <section class="panel" aria-labelledby="people-heading">
      <div class="panel-title">
        <h2 class="section-heading" id="people-heading">
          {text.people}
        </h2>
        {isOpen(view.state) && (
          <Button kind="quiet" onClick={() => invite(true)}>
            {text.inviteGuest}
          </Button>
        )}
      </div>
      <ul class="people people-flat">
        {view.participants.map((participant) => (
          <Participant key={participant.id} participant={participant} open={isOpen(view.state)} />
        ))}
      </ul>
      <GuestDialog
        open={inviting}
        consultationId={view.id}
        onClose={() => {
          invite(false);
          void onChanged();
        }}
      />
    </section>
  );
}

function Participant({ participant, open }: { participant: ParticipantView; open: boolean }) {
  const text = staffText().consultation;
  const left = participant.left_at;
  return (
    <li>
      <div>
        <b>{participant.name}</b>
        <span class="soft small">{text.participants[participant.kind]}</span>
      </div>
      {left !== null && <span class="soft small">{text.gone(clock(language.value, left))}</span>}
      {left === null && open && <span class="badge badge-good">{text.stillHere}</span>}
    </li>
  );
}
