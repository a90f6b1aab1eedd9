import { useRef, useState } from 'preact/hooks';
import { announce } from '../../a11y/announcer';
import { newKey } from '../../api/client';
import type { PhoneVisit, QueueView } from '../../api/types';
import { Button } from '../../design/button';
import { Dialog } from '../../design/dialog';
import { TextField } from '../../design/field';
import { language } from '../../i18n/language';
import { staffText } from '../../i18n/staff';
import { useSignedIn } from '../context';
import { Failure } from '../shell/failure';
import { Select } from '../shell/select';
import { languageOptions } from './languages';
import { type PhoneForm, phoneErrors, phoneVisit } from './phone-form';
import { SpeakerFields } from './speaker-fields';

interface PhoneDialogProps {
  open: boolean;
  view: QueueView;
  onClose: () => void;
  onChanged: () => Promise<void>;
}

/** Puts somebody who rang into the line, among everybody else. */
export function PhoneDialog({ open, view, onClose, onChanged }: PhoneDialogProps) {
  return (
    <Dialog open={open} heading={staffText().phoneVisit.heading} onClose={onClose}>
      <Fields view={view} onClose={onClose} onChanged={onChanged} />
    </Dialog>
  );
}

function Fields({ view, onClose, onChanged }: Omit<PhoneDialogProps, 'open'>) {
  const text = staffText();
  const words = text.phoneVisit;
  const [form, setForm] = useState<PhoneForm>({
    pharmacyId: view.pharmacies[0]?.id ?? '',
    name: '',
    birthDate: '',
    phone: '',
    language: language.value,
    reason: '',
    speaker: null,
  });
  const [shown, show] = useState(false);
  const errors = phoneErrors(form, words);
  const adding = useAdding(view.id, onClose, onChanged);
  const set = (part: Exclude<keyof PhoneForm, 'speaker'>) => (value: string) =>
    setForm({ ...form, [part]: value });
  const submit = (event: Event) => {
    event.preventDefault();
    show(true);
    if (Object.keys(errors).length === 0) void adding.run(phoneVisit(form));
  };
  const field = (part: 'name' | 'birthDate' | 'phone') => ({
    label: words[part],
    value: form[part],
    error: shown ? errors[part] : undefined,
    autocomplete: 'off',
    onInput: set(part),
  });
  return (
    <form class="stack" noValidate onSubmit={submit}>
      <Failure error={adding.error} />
      <TextField {...field('name')} maxLength={120} testId="phone-name" />
      <TextField {...field('birthDate')} type="date" testId="phone-birth" />
      <TextField {...field('phone')} type="tel" maxLength={32} testId="phone-number" />
      <Select
        label={words.language}
        options={languageOptions(language.value, form.language)}
        value={form.language}
        onPick={set('language')}
      />
      {view.pharmacies.length > 1 && (
        <Select
          label={words.pharmacy}
          options={view.pharmacies.map(({ id, name }) => ({ value: id, label: name }))}
          value={form.pharmacyId}
          onPick={set('pharmacyId')}
        />
      )}
      <SpeakerFields
        speaker={form.speaker}
        error={shown ? errors.speaker : undefined}
        onChange={(speaker) => setForm({ ...form, speaker })}
      />
      <TextField
        label={`${words.reason} (${text.optional})`}
        value={form.reason}
        maxLength={500}
        autocomplete="off"
        onInput={set('reason')}
      />
      <div class="row">
        <Button onClick={onClose}>{text.cancel}</Button>
        <Button kind="primary" type="submit" busy={adding.busy} testId="phone-add">
          {words.add}
        </Button>
      </div>
    </form>
  );
}

/** Adds the visit once, however often its form is sent. */
function useAdding(queueId: string, onClose: () => void, onChanged: () => Promise<void>) {
  const { client } = useSignedIn();
  const key = useRef(newKey());
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const run = async (body: PhoneVisit) => {
    if (busy) return;
    setBusy(true);
    try {
      await client.post(`queues/${queueId}/phone-visits`, body, { idempotencyKey: key.current });
      announce(staffText().phoneVisit.added);
      onClose();
      await onChanged();
    } catch (failure) {
      key.current = newKey();
      setError(failure);
      setBusy(false);
    }
  };
  return { run, busy, error };
}
