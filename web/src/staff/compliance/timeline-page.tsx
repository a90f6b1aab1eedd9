import { useState } from 'preact/hooks';
import { useDocumentTitle, ViewHeading } from '../../a11y/title';
import type { TimelineView } from '../../api/types';
import { language } from '../../i18n/language';
import { staffText } from '../../i18n/staff';
import { useSignedIn } from '../context';
import { useResource } from '../resource';
import { Failure } from '../shell/failure';
import { Link } from '../shell/link';
import { Checkpoint } from './checkpoint';
import { dayOf, inOrder, type Kind, kindOf, kindsIn } from './timeline';
import { TimelineTable } from './timeline-table';

/** Everything that was recorded about one consultation, in order. */
export function TimelinePage({ id }: { id: string }) {
  const { client } = useSignedIn();
  const text = staffText();
  useDocumentTitle(text.title(text.timeline.title));
  const timeline = useResource<TimelineView>(id, (signal) =>
    client.get(`audit/consultations/${id}`, { signal }),
  );
  return (
    <div class="page stack stack-loose">
      <div class="stack stack-tight">
        <p>
          <Link to={{ page: 'compliance' }}>{text.timeline.back}</Link>
        </p>
        <ViewHeading>{text.timeline.title}</ViewHeading>
        <p class="soft small">
          {text.timeline.consultationId}: <code>{id}</code>
        </p>
      </div>
      <Failure error={timeline.error} onRetry={() => void timeline.reload()} />
      {timeline.value === null ? (
        timeline.error === null && <p class="soft">{text.loading}</p>
      ) : (
        <Timeline view={timeline.value} onReload={timeline.reload} />
      )}
    </div>
  );
}

function Timeline({ view, onReload }: { view: TimelineView; onReload: () => Promise<void> }) {
  const text = staffText().timeline;
  const [kind, setKind] = useState<Kind | null>(null);
  const [utc, setUtc] = useState(false);
  const all = inOrder(view.events);
  const shown = kind === null ? all : all.filter(({ name }) => kindOf(name) === kind);
  const first = all[0];
  if (first === undefined) return <p class="empty">{text.empty}</p>;
  return (
    <>
      <Checkpoint />
      {!view.complete && <Incomplete onReload={onReload} />}
      <div class="timeline-tools">
        <div class="timeline-count">
          <h2>{dayOf(first.time, language.value, utc)}</h2>
          <p class="soft small" role="status">
            {kind === null ? text.count(all.length) : text.countOf(shown.length, all.length)}
          </p>
        </div>
        <label class="tool">
          {text.kinds}
          <select
            class="input"
            value={kind ?? ''}
            onChange={(event) => setKind((event.currentTarget.value || null) as Kind | null)}
          >
            <option value="">{text.allKinds}</option>
            {kindsIn(all).map((known) => (
              <option key={known} value={known}>
                {text.kind[known]}
              </option>
            ))}
          </select>
        </label>
        <label class="tool tool-tick">
          <input type="checkbox" checked={utc} onChange={(event) => setUtc(event.currentTarget.checked)} />
          {text.utc}
        </label>
      </div>
      <TimelineTable events={shown} utc={utc} />
    </>
  );
}

function Incomplete({ onReload }: { onReload: () => Promise<void> }) {
  const text = staffText();
  return (
    <p class="soft" role="status">
      {text.timeline.incomplete}{' '}
      <button type="button" class="link-button" onClick={() => void onReload()}>
        {text.retry}
      </button>
    </p>
  );
}
