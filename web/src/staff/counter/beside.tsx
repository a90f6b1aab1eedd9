import { useState } from 'preact/hooks';
import type { QueueView, VisitorInLine } from '../../api/types';
import { staffText } from '../../i18n/staff';
import { useSignedIn } from '../context';
import { ActDialog } from './act-dialog';
import type { Act } from './acts';
import { PhoneLink } from './phone-link';
import { RowMarks } from './row-marks';
import { RowMenu } from './row-menu';

interface BesideProps {
  view: QueueView;
  onChanged: () => Promise<void>;
}

/** Those who are being called or in a consultation. */
export function Beside({ view, onChanged }: BesideProps) {
  const text = staffText().line;
  if (view.called.length + view.in_consultation.length === 0) return null;
  return (
    <div class="beside stack">
      <People heading={text.calledHeading} visitors={view.called} queueId={view.id} onChanged={onChanged} />
      <People
        heading={text.inConsultationHeading}
        visitors={view.in_consultation}
        queueId={view.id}
        onChanged={onChanged}
      />
    </div>
  );
}

interface PeopleProps {
  heading: string;
  visitors: readonly VisitorInLine[];
  queueId: string;
  onChanged: () => Promise<void>;
}

function People({ heading, visitors, queueId, onChanged }: PeopleProps) {
  if (visitors.length === 0) return null;
  return (
    <section>
      <h2 class="section-heading">
        {heading} <span class="count">{visitors.length}</span>
      </h2>
      <ul class="people">
        {visitors.map((visitor) => (
          <Person key={visitor.id} visitor={visitor} queueId={queueId} onChanged={onChanged} />
        ))}
      </ul>
    </section>
  );
}

interface PersonProps {
  visitor: VisitorInLine;
  queueId: string;
  onChanged: () => Promise<void>;
}

function Person({ visitor, queueId, onChanged }: PersonProps) {
  const { me } = useSignedIn();
  const text = staffText().line;
  const [act, setAct] = useState<Act | null>(null);
  const calledOnTheWeb = visitor.state === 'called' && !visitor.phone_only;
  return (
    <li>
      <div>
        <b>{visitor.person_name}</b>
        <span class="soft small">{visitor.pharmacist_id === me.subject_id ? text.you : text.colleague}</span>
        <span class="people-marks">
          <RowMarks visitor={visitor} />
        </span>
        {calledOnTheWeb && visitor.reach !== 'text' && visitor.can_ring && (
          <PhoneLink phone={visitor.phone} />
        )}
      </div>
      <RowMenu visitor={visitor} onAct={setAct} />
      <ActDialog
        act={act === 'release' || act === 'routine' ? null : act}
        visitor={visitor}
        queueId={queueId}
        onClose={() => setAct(null)}
        onChanged={onChanged}
      />
    </li>
  );
}
