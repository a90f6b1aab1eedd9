import type { VisitorInLine } from '../../api/types';
import { Button } from '../../design/button';
import { staffText } from '../../i18n/staff';
import { minutesSince } from '../now';
import { Icon } from '../shell/icon';
import { ageOn, todayOf } from './line';
import { RowFacts } from './row-facts';
import { RowMenu } from './row-menu';
import type { Admitting } from './use-admit';

interface LineRowProps {
  visitor: VisitorInLine;
  queueId: string;
  nowMs: number;
  /** Null for those who admit nobody. */
  admit: Admitting | null;
  onChanged: () => Promise<void>;
}

/** One person in the line: who, why, since when, what to know before the call, and what to do. */
export function LineRow({ visitor, queueId, nowMs, admit, onChanged }: LineRowProps) {
  const text = staffText().line;
  return (
    <li class={`line-row line-row-${visitor.priority_class}`} data-testid="line-row">
      <span class="line-place">
        <span class="unseen">{text.place(visitor.place)}</span>
        <span aria-hidden="true">{visitor.place}</span>
      </span>
      <div class="line-who">
        <p class="line-name">
          <b>{visitor.person_name}</b>
          {visitor.birth_date && <span class="soft">{ageOn(visitor.birth_date, todayOf(nowMs), text)}</span>}
          <Marks visitor={visitor} />
        </p>
        {visitor.reason && <p class="line-reason">{visitor.reason}</p>}
        <RowFacts visitor={visitor} />
      </div>
      <div class="line-wait">
        <span class="unseen">{text.waitedLong(minutesSince(visitor.arrived_at, nowMs))}</span>
        <b aria-hidden="true">{text.waited(minutesSince(visitor.arrived_at, nowMs))}</b>
        <span class={`line-state line-state-${visitor.state}`}>{text.states[visitor.state]}</span>
      </div>
      <div class="line-acts">
        {admit && <AdmitButton visitor={visitor} admit={admit} />}
        <RowMenu visitor={visitor} queueId={queueId} onChanged={onChanged} />
      </div>
    </li>
  );
}

function AdmitButton({ visitor, admit }: { visitor: VisitorInLine; admit: Admitting }) {
  const text = staffText().line;
  const again = visitor.calls > 0;
  const name = visitor.person_name;
  return (
    <Button
      busy={admit.busy}
      aria-label={again ? text.callAgainName(name) : text.admitName(name)}
      onClick={() => void admit.run(visitor.id)}
    >
      {again ? text.callAgain : text.admit}
    </Button>
  );
}

function Marks({ visitor }: { visitor: VisitorInLine }) {
  const text = staffText().line;
  return (
    <>
      {visitor.priority_class === 'urgent' && (
        <span class="badge badge-urgent">
          <Icon name="urgent" />
          {text.urgent}
        </span>
      )}
      {visitor.priority_class === 'scheduled' && (
        <span class="badge">
          <Icon name="calendar" />
          {text.scheduled}
        </span>
      )}
      {visitor.confidential && (
        <span class="badge" title={text.privateHint}>
          <Icon name="lock" />
          {text.private}
        </span>
      )}
    </>
  );
}
