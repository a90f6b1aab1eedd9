import { useId, useState } from 'preact/hooks';
import { announce } from '../../a11y/announcer';
import type { ConsultationView, NoteView } from '../../api/types';
import { Button } from '../../design/button';
import { Notice } from '../../design/notice';
import { language } from '../../i18n/language';
import { staffText } from '../../i18n/staff';
import { useSignedIn } from '../context';
import { clock, shortMoment } from '../moments';
import { Failure } from '../shell/failure';
import { chord } from '../shell/shortcuts';
import { PhraseList } from './phrase-list';
import { isReused, sendNote } from './sending';
import { hasLeft } from './state';

interface NotesPanelProps {
  view: ConsultationView;
  onChanged: () => Promise<void>;
}

/** The notes: one being written, kept in memory until it is added, and those that are in the record. */
export function NotesPanel({ view, onChanged }: NotesPanelProps) {
  const text = staffText().consultation;
  const newest = [...view.notes].reverse();
  return (
    <section class="panel" aria-labelledby="notes-heading">
      <h2 class="section-heading" id="notes-heading">
        {text.notes} {newest.length > 0 && <span class="count">{newest.length}</span>}
      </h2>
      <NoteForm view={view} onChanged={onChanged} />
      <ol class="notes" reversed>
        {newest.map((note) => (
          <Note key={note.id} note={note} withDate={hasLeft(view.state)} />
        ))}
      </ol>
    </section>
  );
}

function NoteForm({ view, onChanged }: NotesPanelProps) {
  const { drafts } = useSignedIn();
  const text = staffText().consultation;
  const id = useId();
  const draft = drafts.read(view.id);
  const add = useAddNote(view.id, onChanged);
  const addendum = hasLeft(view.state);
  const submit = async () => {
    if (draft.trim() !== '' && !add.busy) await add.run();
  };
  const pressed = (event: KeyboardEvent) => {
    if (chord(event) !== 'Ctrl+Enter') return;
    event.preventDefault();
    void submit();
  };
  return (
    <div class="note-form">
      <NoteFailure error={add.error} />
      <label class="field-label" for={id}>
        {addendum ? text.addendumLabel : text.noteLabel}
      </label>
      <textarea
        id={id}
        class="input"
        data-testid="note-input"
        rows={4}
        maxLength={10_000}
        placeholder={text.notePlaceholder}
        value={draft}
        onInput={(event) => drafts.keep(view.id, event.currentTarget.value)}
        onKeyDown={pressed}
      />
      <PhraseList consultationId={view.id} />
      <div class="note-foot">
        <span class="soft small">{draft.trim() !== '' && text.draftKept}</span>
        <Button busy={add.busy || draft.trim() === ''} testId="note-add" onClick={() => void submit()}>
          {addendum ? text.addAddendum : text.addNote}
        </Button>
      </div>
    </div>
  );
}

export interface AddingNote {
  /** Adds the draft; says whether it is in the record now. */
  readonly run: () => Promise<boolean>;
  readonly busy: boolean;
  readonly error: unknown;
}

export function useAddNote(consultationId: string, onChanged: () => Promise<void>): AddingNote {
  const { client, drafts } = useSignedIn();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const run = async () => {
    setBusy(true);
    try {
      await sendNote(client, drafts, consultationId);
      setError(null);
      announce(staffText().consultation.noteAdded);
      await onChanged();
      return true;
    } catch (failure) {
      setError(failure);
      if (isReused(failure)) await onChanged();
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { run, busy, error };
}

/** Why a note could not be added. An earlier wording that arrived is told as what it is. */
export function NoteFailure({ error }: { error: unknown }) {
  if (!isReused(error)) return <Failure error={error} />;
  return (
    <Notice kind="warn" role="alert">
      <p>{staffText().consultation.earlierAdded}</p>
    </Notice>
  );
}

function Note({ note, withDate }: { note: NoteView; withDate: boolean }) {
  const format = withDate ? shortMoment : clock;
  return (
    <li class="note">
      <p class="note-meta">
        <time dateTime={note.created_at}>{format(language.value, note.created_at)}</time> · {note.author_name}
        {note.addendum && <span class="badge">{staffText().consultation.addendum}</span>}
      </p>
      <p class="note-text">{note.text}</p>
    </li>
  );
}

export function focusNote(): void {
  document.querySelector<HTMLTextAreaElement>('[data-testid="note-input"]')?.focus();
}
