import type { ComponentChildren } from 'preact';
import { ViewHeading } from '../../a11y/title';
import type { QueueList, QueueName, QueueView } from '../../api/types';
import { Notice } from '../../design/notice';
import { staffText } from '../../i18n/staff';
import { AlertsMenu } from '../floor/alerts-menu';
import { useFloor } from '../floor/floor';
import { Icon } from '../shell/icon';
import { wordFor } from './line';
import { QueueControls } from './queue-controls';

interface QueueHeadProps {
  queues: readonly QueueName[];
  summaries: QueueList | null;
  view: QueueView | null;
  onChoose: (id: string) => void;
  onChanged: () => Promise<void>;
  keys: ComponentChildren;
}

/** Which queue is shown, whether it is open, and what can be done with it as a whole. */
export function QueueHead({ queues, summaries, view, onChoose, onChanged, keys }: QueueHeadProps) {
  const text = staffText();
  const alerts = useFloor()?.alerts;
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
        {view?.state === 'open' && <span class="soft small">{newcomerWords(view)}</span>}
      </div>
      <div class="counter-controls">
        {keys}
        {alerts && <AlertsMenu alerts={alerts} />}
        {view && <QueueControls view={view} onChanged={onChanged} />}
      </div>
      {view && view.state !== 'open' && <Stopped view={view} />}
    </div>
  );
}

/** What a newcomer is told to expect. */
function newcomerWords({ wait }: QueueView): string {
  const text = staffText().queue;
  if (wait.kind === 'range') return text.newcomer(wait.from_minutes, wait.to_minutes);
  return text.newcomerUnknown(wordFor(text.waitUnknown, wait.reason));
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
  const summary = (id: string) => props.summaries?.queues.find((queue) => queue.id === id);
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
          {summary(id) && <span class="queue-tab-count">{text.waiting(summary(id)?.waiting ?? 0)}</span>}
        </button>
      ))}
    </fieldset>
  );
}
