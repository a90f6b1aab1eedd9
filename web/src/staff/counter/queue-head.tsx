import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { announce } from '../../a11y/announcer';
import { ViewHeading } from '../../a11y/title';
import type { Pause, QueueList, QueueName, QueueView } from '../../api/types';
import { Button } from '../../design/button';
import { Dialog } from '../../design/dialog';
import { TextArea } from '../../design/field';
import { Notice } from '../../design/notice';
import { staffText } from '../../i18n/staff';
import { useSignedIn } from '../context';
import { Failure } from '../shell/failure';
import { Icon } from '../shell/icon';
import type { Alerts } from './alerts';

interface QueueHeadProps {
  queues: readonly QueueName[];
  summaries: QueueList | null;
  view: QueueView | null;
  alerts: Alerts;
  onChoose: (id: string) => void;
  onChanged: () => Promise<void>;
  keys: ComponentChildren;
}

/** Which queue is shown, whether it is open, and what can be done with it as a whole. */
export function QueueHead({ queues, summaries, view, alerts, onChoose, onChanged, keys }: QueueHeadProps) {
  const text = staffText();
  return (
    <div class="counter-head">
      <div class="counter-title">
        {queues.length > 1 ? (
          <>
            <ViewHeading class="unseen">{text.shell.counter}</ViewHeading>
            <Tabs queues={queues} summaries={summaries} current={view?.id ?? ''} onChoose={onChoose} />
          </>
        ) : (
          <ViewHeading>{view?.name ?? text.shell.counter}</ViewHeading>
        )}
        {view && (
          <span class={view.state === 'open' ? 'badge badge-good' : 'badge badge-warn'}>
            <Icon name={view.state === 'open' ? 'check' : 'pause'} />
            {text.queue.states[view.state]}
          </span>
        )}
      </div>
      <div class="counter-controls">
        {keys}
        <AlertsButton alerts={alerts} />
        {view && view.state !== 'closed' && <PauseControl view={view} onChanged={onChanged} />}
      </div>
      {view && view.state !== 'open' && <Stopped view={view} />}
    </div>
  );
}

function Stopped({ view }: { view: QueueView }) {
  const text = staffText().queue;
  return (
    <div class="counter-stopped">
      <Notice kind="warn">
        <p>
          <b>{view.state === 'paused' ? text.paused : text.closed}</b>{' '}
          {view.pause_message && text.pausedSays(view.pause_message)}
        </p>
      </Notice>
    </div>
  );
}

function Tabs(props: {
  queues: readonly QueueName[];
  summaries: QueueList | null;
  current: string;
  onChoose: (id: string) => void;
}) {
  const text = staffText().queue;
  const waiting = (id: string) => props.summaries?.queues.find((queue) => queue.id === id)?.waiting;
  return (
    <fieldset class="queue-tabs" aria-label={text.choose}>
      {props.queues.map(({ id, name }) => (
        <button
          type="button"
          key={id}
          class="queue-tab"
          aria-pressed={id === props.current}
          onClick={() => props.onChoose(id)}
        >
          {name}
          {waiting(id) !== undefined && <span class="queue-tab-count">{text.waiting(waiting(id) ?? 0)}</span>}
        </button>
      ))}
    </fieldset>
  );
}

function AlertsButton({ alerts }: { alerts: Alerts }) {
  const text = staffText().alerts;
  const on = alerts.on.value;
  return (
    <Button
      kind="quiet"
      aria-pressed={on}
      title={on && alerts.soundOnly ? text.denied : text.hint}
      onClick={() => void alerts.turn(!on)}
    >
      <Icon name={on ? 'bell' : 'bellOff'} />
      {on ? text.turnOff : text.turnOn}
    </Button>
  );
}

function PauseControl({ view, onChanged }: { view: QueueView; onChanged: () => Promise<void> }) {
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
      <Button onClick={() => ask(true)}>
        <Icon name="pause" />
        {text.queue.pause}
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
