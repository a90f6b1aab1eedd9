import type { QueueView, VisitorInLine } from '../../api/types';
import { staffText } from '../../i18n/staff';
import { useSignedIn } from '../context';
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
    <aside class="beside stack">
      <People heading={text.calledHeading} visitors={view.called} queueId={view.id} onChanged={onChanged} />
      <People
        heading={text.inConsultationHeading}
        visitors={view.in_consultation}
        queueId={view.id}
        onChanged={onChanged}
      />
    </aside>
  );
}

interface PeopleProps {
  heading: string;
  visitors: readonly VisitorInLine[];
  queueId: string;
  onChanged: () => Promise<void>;
}

function People({ heading, visitors, queueId, onChanged }: PeopleProps) {
  const { me } = useSignedIn();
  const text = staffText().line;
  if (visitors.length === 0) return null;
  return (
    <section>
      <h2 class="section-heading">
        {heading} <span class="count">{visitors.length}</span>
      </h2>
      <ul class="people">
        {visitors.map((visitor) => (
          <li key={visitor.id}>
            <div>
              <b>{visitor.person_name}</b>
              <span class="soft small">
                {visitor.pharmacist_id === me.subject_id ? text.you : text.colleague}
              </span>
            </div>
            <RowMenu visitor={visitor} queueId={queueId} onChanged={onChanged} />
          </li>
        ))}
      </ul>
    </section>
  );
}
