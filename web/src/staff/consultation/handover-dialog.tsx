import { useState } from 'preact/hooks';
import { announce } from '../../a11y/announcer';
import type { Colleague, ColleagueList, ConsultationView, HandOver } from '../../api/types';
import { Button } from '../../design/button';
import { Dialog } from '../../design/dialog';
import { OneOf } from '../../design/field';
import { language } from '../../i18n/language';
import { staffText } from '../../i18n/staff';
import { useDesk, useSignedIn } from '../context';
import { languageName, wordFor } from '../counter/line';
import { useResource } from '../resource';
import { Failure } from '../shell/failure';
import { NoteFailure, useAddNote } from './notes-panel';

interface HandoverDialogProps {
  open: boolean;
  view: ConsultationView;
  onClose: () => void;
  onChanged: () => Promise<void>;
}

/** Gives the consultation to a colleague who is on duty and free. */
export function HandoverDialog({ open, view, onClose, onChanged }: HandoverDialogProps) {
  return (
    <Dialog open={open} heading={staffText().consultation.handoverHeading} onClose={onClose}>
      <Choice view={view} onClose={onClose} onChanged={onChanged} />
    </Dialog>
  );
}

function Choice({ view, onClose, onChanged }: Omit<HandoverDialogProps, 'open'>) {
  const { client } = useSignedIn();
  const text = staffText();
  const words = text.consultation;
  const path = `queues/${view.queue_id}/colleagues`;
  const list = useResource<ColleagueList>(path, (signal) => client.get(path, { signal }));
  const [chosen, choose] = useState<string | null>(null);
  const giving = useGiving(view, onChanged, list.reload);
  const submit = (event: Event) => {
    event.preventDefault();
    const to = list.value?.colleagues.find((one) => one.staff_id === chosen);
    if (to) void giving.run(to);
  };
  const colleagues = list.value?.colleagues ?? [];
  return (
    <form class="stack" onSubmit={submit}>
      <p class="soft">{words.handoverBody}</p>
      <NoteFailure error={giving.noteError} />
      <Failure error={giving.error ?? list.error} />
      {list.value === null && list.error === null && <p class="soft">{text.loading}</p>}
      {list.value !== null && colleagues.length === 0 && <p>{words.handoverNobody}</p>}
      {colleagues.length > 0 && (
        <OneOf
          legend={words.handoverTo}
          options={colleagues.map((one) => ({ value: one.staff_id, label: one.name, hint: hintOf(one) }))}
          value={chosen}
          onPick={choose}
        />
      )}
      <div class="row">
        <Button onClick={onClose}>{text.cancel}</Button>
        <Button kind="primary" type="submit" busy={giving.busy || chosen === null} testId="handover-confirm">
          {words.handoverConfirm}
        </Button>
      </div>
    </form>
  );
}

/** Adds the note that is still being written (later one may not), gives the consultation, and goes back. */
function useGiving(view: ConsultationView, onChanged: () => Promise<void>, reload: () => Promise<void>) {
  const { client, drafts } = useSignedIn();
  const { router } = useDesk();
  const note = useAddNote(view.id, onChanged);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const run = async (to: Colleague) => {
    if (busy) return;
    setBusy(true);
    if (drafts.toSend(view.id) && !(await note.run())) return setBusy(false);
    try {
      const body: HandOver = { staff_id: to.staff_id };
      await client.post(`consultations/${view.id}/handover`, body);
      announce(staffText().consultation.handoverDone(to.name));
      router.go({ page: 'counter' });
    } catch (failure) {
      setError(failure);
      setBusy(false);
      await reload();
    }
  };
  return { run, busy, error, noteError: note.error };
}

function hintOf({ languages, skills }: Colleague): string {
  const { skills: words } = staffText();
  const named = languages.map((tag) => languageName(language.value, tag));
  return [...named, ...skills.map((skill) => wordFor(words, skill))].join(', ');
}
