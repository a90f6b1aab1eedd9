import { useState } from 'preact/hooks';
import { announce } from '../../a11y/announcer';
import type { Pause, QueueView } from '../../api/types';
import { Button } from '../../design/button';
import { Dialog } from '../../design/dialog';
import { TextArea } from '../../design/field';
import { staffText } from '../../i18n/staff';
import { useSignedIn } from '../context';
import { Failure } from '../shell/failure';
import { Icon } from '../shell/icon';
import { useKeys } from '../shell/use-keys';
import { MessageAll } from './message-all';
import { PhoneDialog } from './phone-dialog';

interface QueueControlsProps {
  view: QueueView;
  onChanged: () => Promise<void>;
}

/** What can be done with the queue as a whole: write to everybody, add somebody who rang, pause. */
export function QueueControls({ view, onChanged }: QueueControlsProps) {
  const text = staffText().queue;
  const [asked, ask] = useState<'all' | 'phone' | null>(null);
  useKeys({ l: () => ask('all'), p: () => ask('phone') });
  const close = () => ask(null);
  return (
    <>
      <Button aria-label={text.messageAll} onClick={() => ask('all')}>
        <Icon name="note" />
        <span class="button-words">{text.messageAllShort}</span>
      </Button>
      <Button aria-label={text.addPhone} onClick={() => ask('phone')}>
        <Icon name="phone" />
        <span class="button-words">{text.addPhoneShort}</span>
      </Button>
      {view.state !== 'closed' && <PauseControl view={view} onChanged={onChanged} />}
      <MessageAll open={asked === 'all'} view={view} onClose={close} />
      <PhoneDialog open={asked === 'phone'} view={view} onClose={close} onChanged={onChanged} />
    </>
  );
}

function PauseControl({ view, onChanged }: QueueControlsProps) {
  const { client } = useSignedIn();
  const text = staffText();
  const [asking, ask] = useState(false);
  const [message, setMessage] = useState('');
  const [error, setError] = useState<unknown>(null);
  const send = async (act: 'pause' | 'resume', body?: Pause) => {
    try {
      await client.post(`queues/${view.id}/${act}`, body);
      setError(null);
      ask(false);
      announce(act === 'pause' ? text.queue.paused : text.queue.states.open);
      await onChanged();
    } catch (failure) {
      setError(failure);
    }
  };
  if (view.state === 'paused') {
    return (
      <>
        <Button kind="primary" onClick={() => void send('resume')}>
          <Icon name="play" />
          {text.queue.resume}
        </Button>
        <Failure error={error} />
      </>
    );
  }
  return (
    <>
      <Button aria-label={text.queue.pause} onClick={() => ask(true)}>
        <Icon name="pause" />
        <span class="button-words">{text.queue.pauseShort}</span>
      </Button>
      <Dialog open={asking} heading={text.queue.pauseHeading} onClose={() => ask(false)}>
        <p>{text.queue.pauseBody}</p>
        <Failure error={error} />
        <TextArea
          label={`${text.queue.pauseMessage} (${text.optional})`}
          value={message}
          maxLength={500}
          rows={3}
          onInput={setMessage}
        />
        <div class="row">
          <Button onClick={() => ask(false)}>{text.cancel}</Button>
          <Button kind="primary" onClick={() => void send('pause', { message: message.trim() || null })}>
            {text.queue.pauseConfirm}
          </Button>
        </div>
      </Dialog>
    </>
  );
}
