import { useRef, useState } from 'preact/hooks';
import { announce } from '../../a11y/announcer';
import { newKey } from '../../api/client';
import type { Complete, ConsultationView, Outcome } from '../../api/types';
import { Button } from '../../design/button';
import { Dialog } from '../../design/dialog';
import { OneOf, TextArea } from '../../design/field';
import { Notice } from '../../design/notice';
import { staffText } from '../../i18n/staff';
import { useDesk, useSignedIn } from '../context';
import { Failure } from '../shell/failure';
import { NoteFailure, useAddNote } from './notes-panel';
import { sendCompletion } from './sending';

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
  onChanged: () => Promise<void>;
}

/** Closes the consultation: what came of it, and what the patient does next. */
export function FinishDialog({ open, view, onClose, onChanged }: FinishDialogProps) {
  return (
    <Dialog open={open} heading={staffText().consultation.finishHeading} onClose={onClose}>
      <FinishForm view={view} onClose={onClose} onChanged={onChanged} />
    </Dialog>
  );
}

function FinishForm({ view, onClose, onChanged }: Omit<FinishDialogProps, 'open'>) {
  const text = staffText();
  const words = text.consultation;
  const { drafts } = useSignedIn();
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [nextSteps, setNextSteps] = useState('');
  const [missing, setMissing] = useState(false);
  const finish = useFinish(view.id, onChanged);
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
      <NoteFailure error={finish.noteError} />
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

/**
 * Adds the note that is still being written, closes the consultation, and goes back to the counter. One that
 * turns out to be closed already is read again, and shown as it is.
 */
function useFinish(consultationId: string, onChanged: () => Promise<void>) {
  const { client, drafts } = useSignedIn();
  const { router } = useDesk();
  const note = useAddNote(consultationId, onChanged);
  const key = useRef(newKey());
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const run = async (body: Complete) => {
    if (busy) return;
    setBusy(true);
    if (drafts.toSend(consultationId) && !(await note.run())) return setBusy(false);
    try {
      const closed = await sendCompletion(client, consultationId, body, key.current);
      announce(closed ? staffText().consultation.finished : staffText().consultation.closed);
      if (closed) return router.go({ page: 'counter' });
      await onChanged();
      setBusy(false);
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };
  return { run, busy, error, noteError: note.error };
}
