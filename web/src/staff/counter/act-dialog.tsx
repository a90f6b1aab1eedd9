import { useState } from 'preact/hooks';
import type { VisitorInLine } from '../../api/types';
import { Button } from '../../design/button';
import { Dialog } from '../../design/dialog';
import { OneOf } from '../../design/field';
import { staffText } from '../../i18n/staff';
import { Failure } from '../shell/failure';
import { type Act, MAX_CALLS } from './acts';
import { NeedsForm } from './needs-form';
import { transferTargets } from './queues';
import { TextWithReady } from './ready-texts';
import { useAct } from './use-act';
import { useQueueList } from './use-queue';

/** The acts that are asked in a dialog. */
type Asking = Exclude<Act, 'release' | 'routine'>;

interface ActDialogProps {
  act: Asking | null;
  visitor: VisitorInLine;
  queueId: string;
  onClose: () => void;
  onChanged: () => Promise<void>;
}

/** Asks what an act needs, and does it. */
export function ActDialog({ act, visitor, queueId, onClose, onChanged }: ActDialogProps) {
  return (
    <Dialog open={act !== null} heading={act ? headingOf(act, visitor.person_name) : ''} onClose={onClose}>
      {act === 'needs' ? (
        <NeedsForm visitor={visitor} onClose={onClose} onChanged={onChanged} />
      ) : (
        act && <ActForm key={act} {...{ act, visitor, queueId, onClose, onChanged }} />
      )}
    </Dialog>
  );
}

function ActForm({
  act,
  visitor,
  queueId,
  onClose,
  onChanged,
}: ActDialogProps & { act: Exclude<Asking, 'needs'> }) {
  const text = staffText();
  const acting = useAct(onChanged);
  const [value, setValue] = useState('');
  const ready = act === 'no_answer' || value.trim() !== '';
  const submit = async (event: Event) => {
    event.preventDefault();
    if (ready && (await acting.run(act, visitor.id, value))) onClose();
  };
  return (
    <form class="stack" onSubmit={(event) => void submit(event)}>
      <Failure error={acting.error} />
      <ActFields act={act} visitor={visitor} queueId={queueId} value={value} onValue={setValue} />
      <div class="row">
        <Button onClick={onClose}>{text.cancel}</Button>
        <Button
          kind={act === 'decline' || act === 'urgent' ? 'danger' : 'primary'}
          type="submit"
          busy={acting.busy || !ready}
          testId="act-send"
        >
          {sendWord(act)}
        </Button>
      </div>
    </form>
  );
}

interface ActFieldsProps {
  act: Exclude<Asking, 'needs'>;
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
      return (
        <TextWithReady
          act={act}
          name={visitor.person_name}
          value={value}
          onValue={onValue}
          onReady={onValue}
        />
      );
  }
}

interface QueueChoiceProps {
  queueId: string;
  value: string;
  onValue: (id: string) => void;
}

function QueueChoice({ queueId, value, onValue }: QueueChoiceProps) {
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

function headingOf(act: Asking, name: string): string {
  const text = staffText().act;
  return {
    message: text.messageHeading,
    hold: text.holdHeading,
    urgent: text.urgentHeading,
    needs: text.needsHeading,
    decline: text.declineHeading,
    transfer: text.transferHeading,
    no_answer: text.noAnswerHeading,
  }[act](name);
}

function sendWord(act: Exclude<Asking, 'needs'>): string {
  const text = staffText().act;
  return {
    message: text.messageSend,
    hold: text.holdSend,
    urgent: text.urgentSend,
    decline: text.declineSend,
    transfer: text.transferSend,
    no_answer: text.noAnswerSend,
  }[act];
}
