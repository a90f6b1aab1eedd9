import { useEffect } from 'preact/hooks';
import { Button } from '../../design/button';
import { Dialog } from '../../design/dialog';
import { countdown } from '../../i18n/format';
import { staffText } from '../../i18n/staff';
import { useDesk } from '../context';
import { useNow } from '../now';
import { idleState } from './idle';

const ACTIVITY = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart'] as const;

/** Signs out after 15 minutes without a touch, and warns before. A live call is activity. */
export function IdleGuard() {
  const { account } = useDesk();
  const { activity } = account;
  const text = staffText().idle;
  const now = useNow(1000);
  const state = idleState(activity.lastMs, now);
  useEffect(() => {
    // Once the warning stands, only its button counts: a cleaned screen is not a person.
    if (state.kind === 'active') return onActivity(() => activity.touch());
    if (state.kind === 'over') void account.logout('idle');
    return undefined;
  }, [state.kind, account, activity]);
  const stay = () => activity.touch();
  return (
    <Dialog open={state.kind === 'warning'} heading={text.heading} onClose={stay}>
      <p>{text.body(countdown(state.kind === 'warning' ? state.secondsLeft : 0))}</p>
      <Button kind="primary" onClick={stay}>
        {text.stay}
      </Button>
    </Dialog>
  );
}

function onActivity(run: () => void): () => void {
  for (const name of ACTIVITY) document.addEventListener(name, run, { passive: true });
  return () => {
    for (const name of ACTIVITY) document.removeEventListener(name, run);
  };
}
