import type { QueueView, VisitorInLine } from '../../api/types';
import { Button } from '../../design/button';
import { language } from '../../i18n/language';
import { staffText } from '../../i18n/staff';
import { minutesSince, useNow } from '../now';
import { Link } from '../shell/link';
import { whyNext } from './why';

interface NextCardProps {
  view: QueueView;
  visitor: VisitorInLine | null;
  busy: boolean;
  onAdmit: () => void;
}

/** The one large action of the counter: who is next, why, and admitting them. */
export function NextCard({ view, visitor, busy, onAdmit }: NextCardProps) {
  const text = staffText().line;
  return (
    <section class="next" aria-label={text.next}>
      <div class="next-who">{visitor ? <Who view={view} visitor={visitor} /> : <Nobody view={view} />}</div>
      <Button
        kind={visitor ? 'primary' : 'plain'}
        tall
        busy={busy || visitor === null}
        testId="admit-next"
        onClick={onAdmit}
      >
        {busy ? text.admitting : text.admitNext}{' '}
        <span class="kbd" aria-hidden="true">
          A
        </span>
      </Button>
    </section>
  );
}

function Who({ view, visitor }: { view: QueueView; visitor: VisitorInLine }) {
  const { line: text, why } = staffText();
  const now = useNow(15_000);
  return (
    <>
      <p class="next-label">{text.next}</p>
      <p class="next-name">{visitor.person_name}</p>
      <p class="next-wait">{text.waitedLong(minutesSince(visitor.arrived_at, now))}</p>
      <p class="next-why" data-testid="why-next">
        {whyNext(view, visitor, language.value, why)}
      </p>
    </>
  );
}

function Nobody({ view }: { view: QueueView }) {
  const text = staffText().line;
  const someReady = view.line.some(({ state }) => state === 'waiting');
  return (
    <>
      <p class="next-name">{someReady ? text.nobodyMatches : text.nobodyReady}</p>
      <p class="next-wait next-hint">{someReady ? text.nobodyMatchesHint : text.whoIsNext}</p>
    </>
  );
}

/** Instead of the next person while one's own consultation is open: the way back to it. */
export function OwnCard({ name, consultationId }: { name: string; consultationId: string }) {
  const text = staffText().line;
  return (
    <section class="next" aria-label={text.inConsultationHeading}>
      <p class="next-who next-name">{text.yours(name)}</p>
      <Link to={{ page: 'consultation', id: consultationId }} class="button button-primary button-tall">
        {text.yoursOpen}
      </Link>
    </section>
  );
}
