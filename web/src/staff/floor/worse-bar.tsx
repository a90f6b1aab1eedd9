import { useState } from 'preact/hooks';
import { announce } from '../../a11y/announcer';
import type { QueueSummary, VisitorInLine } from '../../api/types';
import { Button } from '../../design/button';
import { staffText } from '../../i18n/staff';
import { useSignedIn } from '../context';
import { everybody } from '../counter/line';
import { PhoneLink } from '../counter/phone-link';
import { useQueue } from '../counter/use-queue';
import { minutesSince, useNow } from '../now';
import { Failure } from '../shell/failure';
import { Icon } from '../shell/icon';
import { useKeys } from '../shell/use-keys';
import { useFloor } from './floor';

/** Who feels worse, above everything on every page, until somebody has seen to them. */
export function WorseBar() {
  const queues = useFloor()?.queues.value?.queues ?? [];
  const worse = queues.filter((queue) => queue.serves && queue.worse > 0);
  // The region stands before it has words: a screen reader speaks what comes into it.
  return (
    <div class="worse-bar" role="alert">
      {worse.map((queue) => (
        <WorseIn key={queue.id} queue={queue} />
      ))}
    </div>
  );
}

function WorseIn({ queue }: { queue: QueueSummary }) {
  const line = useQueue(queue.id);
  useKeys({ w: focusFirst });
  const people = line.value === null ? [] : everybody(line.value).filter(({ worse_at: at }) => at !== null);
  return (
    <>
      <Failure error={line.error} />
      {people.map((visitor) => (
        <Person key={visitor.id} visitor={visitor} queueName={queue.name} onChanged={line.reload} />
      ))}
    </>
  );
}

interface PersonProps {
  visitor: VisitorInLine;
  queueName: string;
  onChanged: () => Promise<void>;
}

function Person({ visitor, queueName, onChanged }: PersonProps) {
  const { client } = useSignedIn();
  const text = staffText().worse;
  const now = useNow(15_000);
  const [error, setError] = useState<unknown>(null);
  const seen = async () => {
    try {
      await client.post(`visits/${visitor.id}/worse-seen`);
      announce(text.seenDone(visitor.person_name));
      await onChanged();
    } catch (failure) {
      setError(failure);
    }
  };
  return (
    <div class="worse" data-testid="worse">
      <Icon name="urgent" />
      <p>
        <b>{text.feelsWorse(visitor.person_name)}</b>{' '}
        <span>{text.since(minutesSince(visitor.worse_at ?? '', now), queueName)}</span>{' '}
        <PhoneLink phone={visitor.phone} />
      </p>
      <Button aria-label={text.seenName(visitor.person_name)} testId="worse-seen" onClick={() => void seen()}>
        {text.seen}{' '}
        <span class="kbd" aria-hidden="true">
          W
        </span>
      </Button>
      <Failure error={error} />
    </div>
  );
}

/** The key only goes there: that somebody has seen to a person is said by a press of its own. */
function focusFirst(): void {
  document.querySelector<HTMLElement>('[data-testid="worse-seen"]')?.focus();
}
