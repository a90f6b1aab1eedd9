import { useState } from 'preact/hooks';
import { announce } from '../../a11y/announcer';
import type { ConsultationView } from '../../api/types';
import { Button } from '../../design/button';
import { staffText } from '../../i18n/staff';
import { useSignedIn } from '../context';
import { PhoneLink } from '../counter/phone-link';
import { elapsed, useNow } from '../now';
import { Failure } from '../shell/failure';
import { Icon } from '../shell/icon';
import { TimeLeft, useTimeLeft } from './ringing';

interface PhoneCallProps {
  view: ConsultationView;
  onChanged: () => Promise<void>;
}

/** Instead of the video, for somebody who has only a telephone: their number, then how long the call lasts. */
export function PhoneCall({ view, onChanged }: PhoneCallProps) {
  const text = staffText().consultation;
  const now = useNow(1000);
  const calling = view.state === 'calling';
  return (
    <div class="stage stage-note">
      <span class="ringing-mark ringing-still">
        <Icon name="phone" />
      </span>
      <h2>{calling ? text.phoneRing(view.person_name) : text.phoneRunning(view.person_name)}</h2>
      <p class="stage-phone">
        <PhoneLink phone={view.phone} />
      </p>
      {view.running_at && <p class="ringing-time">{elapsed(view.running_at, now)}</p>}
      {calling && <Answering view={view} onChanged={onChanged} />}
    </div>
  );
}

function Answering({ view, onChanged }: PhoneCallProps) {
  const left = useTimeLeft(view, onChanged);
  return (
    <>
      <TimeLeft seconds={left} />
      <OnThePhone view={view} onChanged={onChanged} kind="primary" />
    </>
  );
}

interface OnThePhoneProps extends PhoneCallProps {
  kind: 'primary' | 'plain';
}

/** Says that the patient is on the telephone: the consultation runs. */
export function OnThePhone({ view, onChanged, kind }: OnThePhoneProps) {
  const { client } = useSignedIn();
  const text = staffText().consultation;
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const start = async () => {
    setBusy(true);
    try {
      await client.post(`consultations/${view.id}/phone`);
      announce(text.phoneStarted);
      await onChanged();
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Button kind={kind} busy={busy} testId="on-the-phone" onClick={() => void start()}>
        {text.phoneStart}{' '}
        <span class="kbd" aria-hidden="true">
          P
        </span>
      </Button>
      <Failure error={error} />
    </>
  );
}

export function pressOnThePhone(): void {
  document.querySelector<HTMLElement>('[data-testid="on-the-phone"]')?.click();
}
