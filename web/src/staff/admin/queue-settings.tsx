import { useState } from 'preact/hooks';
import { announce } from '../../a11y/announcer';
import type { QueueSettingsView, QueueSummary } from '../../api/types';
import { Button } from '../../design/button';
import { AnyOf, TextField } from '../../design/field';
import { language } from '../../i18n/language';
import { staffText } from '../../i18n/staff';
import { useSignedIn } from '../context';
import { languageOptions } from '../counter/languages';
import { useResource } from '../resource';
import { Failure } from '../shell/failure';
import { OpeningHours } from './opening-hours';
import { changesOf, formErrors, formOf, LIMITS, type NumberField, type QueueForm } from './queue-form';

interface QueueSettingsProps {
  queue: QueueSummary;
  onClose: () => void;
  onChanged: () => Promise<void>;
}

/** What an administrator sets of a queue. Each change is in the audit log. */
export function QueueSettings({ queue, onClose, onChanged }: QueueSettingsProps) {
  const { client } = useSignedIn();
  const text = staffText();
  const path = `queues/${queue.id}/settings`;
  const settings = useResource<QueueSettingsView>(path, (signal) => client.get(path, { signal }));
  return (
    <section class="card stack" aria-labelledby="settings-heading" data-testid="queue-settings">
      <h3 id="settings-heading">{text.admin.settingsOf(queue.name)}</h3>
      <Failure error={settings.error} onRetry={() => void settings.reload()} />
      {settings.value === null ? (
        settings.error === null && <p class="soft">{text.loading}</p>
      ) : (
        <SettingsForm
          settings={settings.value}
          onClose={onClose}
          onSaved={(saved) => {
            settings.put(saved);
            void onChanged();
          }}
        />
      )}
    </section>
  );
}

interface SettingsFormProps {
  settings: QueueSettingsView;
  onClose: () => void;
  onSaved: (saved: QueueSettingsView) => void;
}

function SettingsForm({ settings, onClose, onSaved }: SettingsFormProps) {
  const text = staffText();
  const [form, setForm] = useState<QueueForm>(() => formOf(settings));
  const [shown, show] = useState(false);
  const saving = useSaving(settings, onSaved);
  const errors = formErrors(form, text.admin);
  const submit = (event: Event) => {
    event.preventDefault();
    show(true);
    if (Object.keys(errors).length === 0) void saving.run(form);
  };
  const change = (part: Partial<QueueForm>) => setForm({ ...form, ...part });
  return (
    <form class="stack" noValidate onSubmit={submit}>
      <Failure error={saving.error} />
      <div class="settings-numbers">
        {(Object.keys(LIMITS) as NumberField[]).map((field) => (
          <TextField
            key={field}
            label={text.admin.fields[field]}
            hint={text.admin.hints[field]}
            type="number"
            inputMode="numeric"
            value={form[field]}
            error={shown ? errors[field] : undefined}
            testId={`set-${field}`}
            onInput={(value) => change({ [field]: value })}
          />
        ))}
      </div>
      <AnyOf
        legend={text.admin.languages}
        row
        options={languageOptions(language.value, form.languages[0] ?? 'en')}
        values={form.languages}
        error={shown ? errors.languages : undefined}
        onChange={(languages) => change({ languages })}
      />
      <OpeningHours
        spans={form.hours}
        timeZone={settings.time_zone}
        error={shown ? errors.hours : undefined}
        onChange={(hours) => change({ hours })}
      />
      <div class="row">
        <Button onClick={onClose}>{text.close}</Button>
        <Button kind="primary" type="submit" busy={saving.busy} testId="settings-save">
          {text.admin.save}
        </Button>
        {saving.saved && <span role="status">{text.admin.saved}</span>}
      </div>
    </form>
  );
}

function useSaving(settings: QueueSettingsView, onSaved: (saved: QueueSettingsView) => void) {
  const { client } = useSignedIn();
  const [busy, setBusy] = useState(false);
  const [saved, setSaved] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const run = async (form: QueueForm) => {
    if (busy) return;
    setBusy(true);
    setSaved(false);
    try {
      const body = changesOf(form, settings);
      onSaved(await client.patch<QueueSettingsView>(`queues/${settings.id}`, body));
      setError(null);
      setSaved(true);
      announce(staffText().admin.saved);
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  return { run, busy, saved, error };
}
