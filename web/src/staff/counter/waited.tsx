import type { ReadonlySignal } from '@preact/signals';
import { staffText } from '../../i18n/staff';
import { isLate } from '../floor/lookout';
import { elapsed, minutesSince } from '../now';
import { Icon } from '../shell/icon';

interface WaitedProps {
  since: string;
  /** Null where no wait is too long. */
  alertS: number | null;
  now: ReadonlySignal<number>;
}

/** How long somebody has waited, ticking; marked once it is longer than it should be. */
export function Waited({ since, alertS, now }: WaitedProps) {
  const text = staffText().line;
  const late = alertS !== null && isLate(since, alertS, now.value);
  return (
    <>
      <span class="unseen">
        {text.waitedLong(minutesSince(since, now.value))}
        {late && `, ${text.late}`}
      </span>
      <b aria-hidden="true" class={late ? 'line-late' : ''} title={late ? text.late : undefined}>
        {late && <Icon name="clock" />}
        {elapsed(since, now.value)}
      </b>
    </>
  );
}
