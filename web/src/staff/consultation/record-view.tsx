import type { ConsultationView } from '../../api/types';
import { language } from '../../i18n/language';
import { staffText } from '../../i18n/staff';
import { shortMoment } from '../moments';
import { Link } from '../shell/link';
import { Consents } from './consents';
import { NotesPanel } from './notes-panel';
import { PeoplePanel } from './people-panel';
import { PersonPanel } from './person-panel';
import { minutesTaken } from './state';

/** A consultation that is over: what it was, and its notes. A closed one takes addenda. */
export function RecordView({ view, onChanged }: { view: ConsultationView; onChanged: () => Promise<void> }) {
  const text = staffText().consultation;
  const closed = view.state === 'closed';
  return (
    <div class="page record">
      <div class="record-head">
        <Link to={{ page: 'counter' }}>{text.back}</Link>
        <p class="soft">
          <b>{closed ? text.closed : text.calledOut}.</b> {closed ? text.closedBody : text.calledOutBody}
        </p>
      </div>
      <div class="record-columns">
        <div class="card record-card">
          <PersonPanel view={view} onChanged={onChanged} />
          <Summary view={view} />
          <PeoplePanel view={view} onChanged={onChanged} />
          <Consents consents={view.consents} />
        </div>
        {closed && (
          <div class="card record-card">
            <NotesPanel view={view} onChanged={onChanged} />
          </div>
        )}
      </div>
    </div>
  );
}

function Summary({ view }: { view: ConsultationView }) {
  const text = staffText().consultation;
  const minutes = minutesTaken(view);
  const lines: readonly (readonly [string, string | null])[] = [
    [text.outcome, view.outcome && text.outcomes[view.outcome]],
    [text.nextSteps, view.next_steps],
    [text.queue, view.queue_name],
    [text.pharmacist, view.pharmacist_name],
    [text.started, shortMoment(language.value, view.created_at)],
    [text.duration, minutes === null ? null : minutes === 0 ? text.underAMinute : text.minutes(minutes)],
  ];
  return (
    <section class="panel" aria-labelledby="summary-heading">
      <h2 class="section-heading" id="summary-heading">
        {text.summary}
      </h2>
      <dl class="person">
        {lines.map(
          ([term, words]) =>
            words && (
              <div key={term}>
                <dt>{term}</dt>
                <dd>{words}</dd>
              </div>
            ),
        )}
      </dl>
    </section>
  );
}
