import type { VisitorInLine } from '../../api/types';
import { Button } from '../../design/button';
import { staffText } from '../../i18n/staff';
import { minutesSince, useNow } from '../now';
import { Link } from '../shell/link';

interface NextCardProps {
  visitor: VisitorInLine | null;
  busy: boolean;
  onAdmit: () => void;
}

/** The one large action of the counter. */
export function NextCard({ visitor, busy, onAdmit }: NextCardProps) {
  const text = staffText().line;
  const now = useNow(15_000);
  return (
    <section class="next" aria-label={text.next}>
      <div class="next-who">
        {visitor ? (
          <>
            <p class="next-label">{text.next}</p>
            <p class="next-name">{visitor.person_name}</p>
            <p class="next-wait">{text.waitedLong(minutesSince(visitor.arrived_at, now))}</p>
          </>
        ) : (
          <>
            <p class="next-name">{text.nobodyReady}</p>
            <p class="next-wait">{text.whoIsNext}</p>
          </>
        )}
      </div>
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
