import { useState } from 'preact/hooks';
import { announce } from '../../a11y/announcer';
import type { Complete, ConsultationView, Outcome } from '../../api/types';
import { Button } from '../../design/button';
import { Dialog } from '../../design/dialog';
import { OneOf, TextArea } from '../../design/field';
import { Notice } from '../../design/notice';
import { staffText } from '../../i18n/staff';
import { useDesk, useSignedIn } from '../context';
import { Failure } from '../shell/failure';
import { useAddNote } from './notes-panel';

const OUTCOMES: readonly Outcome[] = [
  'advice_given',
  'medicine_supplied',
  'referred',
  'follow_up',
  'not_completed',
];

interface FinishDialogProps {
  open: boolean;
  view: ConsultationView;
  onClose: () => void;
}

/** Closes the consultation: what came of it, and what the patient does next. */
export function FinishDialog({ open, view, onClose }: FinishDialogProps) {
  return (
    <Dialog open={open} heading={staffText().consultation.finishHeading} onClose={onClose}>
      <FinishForm view={view} onClose={onClose} />
    </Dialog>
  );
}

function FinishForm({ view, onClose }: { view: ConsultationView; onClose: () => void }) {
  const text = staffText();
  const words = text.consultation;
  const { drafts } = useSignedIn();
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [nextSteps, setNextSteps] = useState('');
  const [missing, setMissing] = useState(false);
  const finish = useFinish(view.id);
  const hasDraft = drafts.read(view.id).trim() !== '';
  const submit = (event: Event) => {
    event.preventDefault();
    setMissing(outcome === null);
    if (outcome !== null) void finish.run({ outcome, next_steps: nextSteps.trim() || null });
  };
  return (
    <form class="stack" noValidate onSubmit={submit}>
      <p class="soft">{words.finishBody}</p>
      {hasDraft && <Notice kind="warn">{words.draftWarning}</Notice>}
      <Failure error={finish.error} />
      <OneOf
        legend={words.outcome}
        row
        options={OUTCOMES.map((value) => ({ value, label: words.outcomes[value] }))}
        value={outcome}
        error={missing && outcome === null ? words.outcomeMissing : undefined}
        onPick={setOutcome}
      />
      <TextArea
        label={`${words.nextSteps} (${text.optional})`}
        hint={words.nextStepsHint}
        value={nextSteps}
        maxLength={2_000}
        rows={4}
        onInput={setNextSteps}
      />
      <div class="row">
        <Button onClick={onClose}>{text.cancel}</Button>
        <Button kind="primary" type="submit" busy={finish.busy} testId="finish-confirm">
          {finish.busy ? words.finishing : hasDraft ? words.finishWithDraft : words.finishConfirm}
        </Button>
      </div>
    </form>
  );
}

/** Adds the note that is still being written, closes the consultation, and goes back to the counter. */
function useFinish(consultationId: string) {
  const { client, drafts } = useSignedIn();
  const { router } = useDesk();
  const note = useAddNote(consultationId, async () => {});
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const run = async (body: Complete) => {
    if (busy) return;
    setBusy(true);
    const draft = drafts.read(consultationId);
    if (draft.trim() !== '') {
      if (!(await note.run(draft))) return setBusy(false);
      drafts.keep(consultationId, '');
    }
    try {
      await client.post(`consultations/${consultationId}/complete`, body);
      announce(staffText().consultation.finished);
      router.go({ page: 'counter' });
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };
  return { run, busy, error: error ?? note.error };
}
