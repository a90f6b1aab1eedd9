import { signal } from '@preact/signals';

const polite = signal('');
const assertive = signal('');

/** Says something through a screen reader without moving focus. The same words again are said again. */
export function announce(text: string, urgency: 'polite' | 'assertive' = 'polite'): void {
  const region = urgency === 'polite' ? polite : assertive;
  // A region speaks on change only: an added no-break space is a change that nobody hears.
  region.value = region.value === text ? `${text}\u00a0` : text;
}

/** The regions that `announce` fills. Mount once, and leave mounted. */
export function Announcer() {
  return (
    <>
      <div class="unseen" aria-live="polite">
        {polite}
      </div>
      <div class="unseen" aria-live="assertive">
        {assertive}
      </div>
    </>
  );
}
