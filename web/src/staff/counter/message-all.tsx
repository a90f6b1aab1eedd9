import { useState } from 'preact/hooks';
import { announce } from '../../a11y/announcer';
import type { Message, MessageToAll, QueueView } from '../../api/types';
import { Button } from '../../design/button';
import { Dialog } from '../../design/dialog';
import { TextArea } from '../../design/field';
import { staffText } from '../../i18n/staff';
import { useSignedIn } from '../context';
import { Failure } from '../shell/failure';
import { ReadyTexts } from './ready-texts';

interface MessageAllProps {
  open: boolean;
  view: QueueView;
  onClose: () => void;
}

/** A line of text to everybody who waits. */
export function MessageAll({ open, view, onClose }: MessageAllProps) {
  return (
    <Dialog open={open} heading={staffText().queue.messageAllHeading} onClose={onClose}>
      <Form view={view} onClose={onClose} />
    </Dialog>
  );
}

function Form({ view, onClose }: Omit<MessageAllProps, 'open'>) {
  const { client } = useSignedIn();
  const { queue: text, act, cancel } = staffText();
  const [value, setValue] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const submit = async (event: Event) => {
    event.preventDefault();
    if (busy || value.trim() === '') return;
    setBusy(true);
    try {
      const body: Message = { text: value.trim() };
      const { sent } = await client.post<MessageToAll>(`queues/${view.id}/message`, body);
      announce(text.messageAllDone(sent));
      onClose();
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };
  return (
    <form class="stack" onSubmit={(event) => void submit(event)}>
      <Failure error={error} />
      <TextArea
        label={act.messageLabel}
        hint={text.messageAllHint(view.line.length)}
        value={value}
        maxLength={500}
        rows={3}
        onInput={setValue}
      />
      <ReadyTexts texts={text.messageAllReady} label={act.ready} onPick={setValue} />
      <div class="row">
        <Button onClick={onClose}>{cancel}</Button>
        <Button kind="primary" type="submit" busy={busy || value.trim() === ''} testId="act-send">
          {text.messageAllSend}
        </Button>
      </div>
    </form>
  );
}
