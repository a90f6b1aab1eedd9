import { useEffect, useId, useState } from 'preact/hooks';
import { announce } from '../../a11y/announcer';
import type { InvitationLink, InviteGuest } from '../../api/types';
import { Button } from '../../design/button';
import { Dialog } from '../../design/dialog';
import { OneOf, TextField } from '../../design/field';
import { staffText } from '../../i18n/staff';
import { useSignedIn } from '../context';
import { Failure } from '../shell/failure';

interface GuestDialogProps {
  open: boolean;
  consultationId: string;
  onClose: () => void;
}

/** Makes a link for an interpreter, carer or chaperone. It is shown once. */
export function GuestDialog({ open, consultationId, onClose }: GuestDialogProps) {
  const text = staffText();
  const [link, setLink] = useState<string | null>(null);
  useEffect(() => {
    if (!open) setLink(null);
  }, [open]);
  return (
    <Dialog open={open} heading={text.consultation.guestHeading} onClose={onClose}>
      {link === null ? (
        <GuestForm consultationId={consultationId} onMade={setLink} onCancel={onClose} />
      ) : (
        <MadeLink link={link} onClose={onClose} />
      )}
    </Dialog>
  );
}

interface GuestFormProps {
  consultationId: string;
  onMade: (link: string) => void;
  onCancel: () => void;
}

function GuestForm({ consultationId, onMade, onCancel }: GuestFormProps) {
  const { client } = useSignedIn();
  const text = staffText();
  const words = text.consultation;
  const [kind, setKind] = useState<InviteGuest['kind']>('interpreter');
  const [name, setName] = useState('');
  const [missing, setMissing] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const submit = async (event: Event) => {
    event.preventDefault();
    setMissing(name.trim() === '');
    if (name.trim() === '') return;
    try {
      const body: InviteGuest = { kind, name: name.trim() };
      onMade((await client.post<InvitationLink>(`consultations/${consultationId}/invitations`, body)).link);
    } catch (failure) {
      setError(failure);
    }
  };
  return (
    <form class="stack" noValidate onSubmit={(event) => void submit(event)}>
      <Failure error={error} />
      <OneOf
        legend={words.guestKind}
        row
        options={(['interpreter', 'carer', 'chaperone'] as const).map((value) => ({
          value,
          label: words.guestKinds[value],
        }))}
        value={kind}
        onPick={setKind}
      />
      <TextField
        label={words.guestName}
        value={name}
        maxLength={120}
        autocomplete="off"
        error={missing ? words.guestNameMissing : undefined}
        onInput={setName}
      />
      <div class="row">
        <Button onClick={onCancel}>{text.cancel}</Button>
        <Button kind="primary" type="submit">
          {words.guestMake}
        </Button>
      </div>
    </form>
  );
}

function MadeLink({ link, onClose }: { link: string; onClose: () => void }) {
  const text = staffText();
  const id = useId();
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(link);
      announce(text.copied);
    } catch {
      document.getElementById(id)?.focus();
    }
  };
  return (
    <div class="stack">
      <div class="field">
        <label class="field-label" for={id}>
          {text.consultation.guestLink}
        </label>
        <input
          id={id}
          class="input"
          readOnly
          value={link}
          data-testid="guest-link"
          onFocus={(event) => event.currentTarget.select()}
        />
        <p class="field-hint">{text.consultation.guestOnce}</p>
      </div>
      <div class="row">
        <Button onClick={onClose}>{text.close}</Button>
        <Button kind="primary" onClick={() => void copy()}>
          {text.copy}
        </Button>
      </div>
    </div>
  );
}
