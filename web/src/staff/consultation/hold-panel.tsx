import { useState } from 'preact/hooks';
import { announce } from '../../a11y/announcer';
import type { ConsultationView, Hold } from '../../api/types';
import { Button } from '../../design/button';
import { staffText } from '../../i18n/staff';
import { useSignedIn } from '../context';
import { ReadyTexts } from '../counter/ready-texts';
import { Failure } from '../shell/failure';

interface HoldPanelProps {
  view: ConsultationView;
  onClose: () => void;
  onChanged: () => Promise<void>;
}

/** Puts the running call on hold: one press on why, which the patient reads. */
export function HoldPanel({ view, onClose, onChanged }: HoldPanelProps) {
  const { client } = useSignedIn();
  const text = staffText();
  const [error, setError] = useState<unknown>(null);
  const hold = async (reason: string) => {
    try {
      const body: Hold = { reason };
      await client.post(`visits/${view.visit_id}/hold`, body);
      announce(text.consultation.held);
      onClose();
      await onChanged();
    } catch (failure) {
      setError(failure);
    }
  };
  return (
    <section
      class="hold-panel"
      aria-label={text.consultation.holdHeading}
      onKeyDown={(event) => event.key === 'Escape' && onClose()}
    >
      <Failure error={error} />
      <p class="small">{text.consultation.holdBody}</p>
      <ReadyTexts
        texts={text.consultation.holdReady}
        label={text.act.readySend}
        onPick={(words) => void hold(words)}
      />
      <Button kind="quiet" onClick={onClose}>
        {text.cancel}
      </Button>
    </section>
  );
}
