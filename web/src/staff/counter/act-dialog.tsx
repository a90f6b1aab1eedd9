import { useState } from 'preact/hooks';
import { announce } from '../../a11y/announcer';
import type { VisitorInLine } from '../../api/types';
import { Button } from '../../design/button';
import { Dialog } from '../../design/dialog';
import { OneOf, TextArea } from '../../design/field';
import { staffText } from '../../i18n/staff';
import { useSignedIn } from '../context';
import { Failure } from '../shell/failure';
import { type Act, askedFor, MAX_CALLS, requestOf } from './acts';
import { transferTargets } from './queues';
import { useQueueList } from './use-queue';

interface ActDialogProps {
  act: Act | null;
  visitor: VisitorInLine;
  queueId: string;
  onClose: () => void;
  onChanged: () => Promise<void>;
}

/** Asks what an act needs, and does it. */
export function ActDialog({ act, visitor, queueId, onClose, onChanged }: ActDialogProps) {
  const text = staffText().act;
  const name = visitor.person_name;
  const heading = {
    message: text.messageHeading(name),
    hold: text.holdHeading(name),
    decline: text.declineHeading(name),
    transfer: text.transferHeading(name),
    no_answer: text.noAnswerHeading(name),
  };
  return (
    <Dialog open={act !== null} heading={act ? heading[act] : ''} onClose={onClose}>
      {act && <ActForm key={act} {...{ act, visitor, queueId, onClose, onChanged }} />}
    </Dialog>
  );
}

function ActForm({ act, visitor, queueId, onClose, onChanged }: ActDialogProps & { act: Act }) {
  const { client } = useSignedIn();
  const text = staffText();
  const [value, setValue] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const ready = act === 'no_answer' || value.trim() !== '';
  const submit = async (event: Event) => {
    event.preventDefault();
    if (busy || !ready) return;
    setBusy(true);
    try {
      const { path, body } = requestOf(act, visitor.id, value.trim());
      await client.post(path, body);
      announce(text.line.done[act]);
      onClose();
      await onChanged();
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };
  return (
    <form class="stack" onSubmit={(event) => void submit(event)}>
      <Failure error={error} />
      <ActFields act={act} visitor={visitor} queueId={queueId} value={value} onValue={setValue} />
      <div class="row">
        <Button onClick={onClose}>{text.cancel}</Button>
        <Button
          kind={act === 'decline' ? 'danger' : 'primary'}
          type="submit"
          busy={busy || !ready}
          testId="act-send"
        >
          {sendWord(act)}
        </Button>
      </div>
    </form>
  );
}

interface ActFieldsProps {
  act: Act;
  visitor: VisitorInLine;
  queueId: string;
  value: string;
  onValue: (value: string) => void;
}

function ActFields({ act, visitor, queueId, value, onValue }: ActFieldsProps) {
  const text = staffText().act;
  switch (act) {
    case 'no_answer':
      return <p>{visitor.calls < MAX_CALLS ? text.noAnswerFirst : text.noAnswerLast}</p>;
    case 'transfer':
      return <QueueChoice queueId={queueId} value={value} onValue={onValue} />;
    default:
      return <TextWithReady act={act} name={visitor.person_name} value={value} onValue={onValue} />;
  }
}

function QueueChoice({
  queueId,
  value,
  onValue,
}: {
  queueId: string;
  value: string;
  onValue: (id: string) => void;
}) {
  const { act: text, queue: words, loading } = staffText();
  const all = useQueueList();
  if (all.error !== null) return <Failure error={all.error} onRetry={() => void all.reload()} />;
  if (all.value === null) return <p class="soft">{loading}</p>;
  const targets = transferTargets(all.value.queues, queueId, words);
  if (targets.length === 0) return <p>{text.transferNone}</p>;
  return (
    <OneOf
      legend={text.transferLabel}
      hint={text.transferHint}
      options={targets}
      value={value === '' ? null : value}
      onPick={onValue}
    />
  );
}

interface TextWithReadyProps {
  act: 'message' | 'hold' | 'decline';
  name: string;
  value: string;
  onValue: (value: string) => void;
}

function TextWithReady({ act, name, value, onValue }: TextWithReadyProps) {
  const text = staffText().act;
  const asked = askedFor(act, name, text);
  return (
    <>
      <TextArea
        label={asked.label}
        hint={asked.hint}
        value={value}
        maxLength={500}
        rows={3}
        onInput={onValue}
      />
      <fieldset class="ready-texts" aria-label={text.ready}>
        {asked.ready.map((words) => (
          <button type="button" key={words} class="ready-text" onClick={() => onValue(words)}>
            {words}
          </button>
        ))}
      </fieldset>
    </>
  );
}

function sendWord(act: Act): string {
  const text = staffText().act;
  return {
    message: text.messageSend,
    hold: text.holdSend,
    decline: text.declineSend,
    transfer: text.transferSend,
    no_answer: text.noAnswerSend,
  }[act];
}
