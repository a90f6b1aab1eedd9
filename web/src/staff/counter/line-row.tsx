import type { ReadonlySignal } from '@preact/signals';
import type { VisitorInLine } from '../../api/types';
import { Button } from '../../design/button';
import { staffText } from '../../i18n/staff';
import type { Act, QuickAct } from './acts';
import { ageOn, todayOf } from './line';
import { RowFacts } from './row-facts';
import { RowMarks } from './row-marks';
import { RowMenu } from './row-menu';
import { RowPanel } from './row-panel';
import type { Admitting } from './use-admit';
import { Waited } from './waited';

interface LineRowProps {
  visitor: VisitorInLine;
  /** Seconds after which a wait is to be noticed. */
  alertS: number;
  now: ReadonlySignal<number>;
  /** Null for those who admit nobody. */
  admit: Admitting | null;
  /** The act that is asked in this row. */
  open: QuickAct | null;
  onAct: (act: Act) => void;
  onClose: () => void;
  onChanged: () => Promise<void>;
}

/** One person in the line: who, why, since when, what to know before the call, and what to do. */
export function LineRow({ visitor, alertS, now, admit, open, onAct, onClose, onChanged }: LineRowProps) {
  const text = staffText().line;
  return (
    <li class={rowClass(visitor)} data-testid="line-row" data-visit={visitor.id}>
      <span class="line-place">
        <span class="unseen">{text.place(visitor.place)}</span>
        <span aria-hidden="true">{visitor.place}</span>
      </span>
      <div class="line-who">
        <p class="line-name">
          <b>{visitor.person_name}</b>
          {visitor.birth_date && (
            <span class="soft">{ageOn(visitor.birth_date, todayOf(now.peek()), text)}</span>
          )}
          <RowMarks visitor={visitor} />
        </p>
        {visitor.urgent_reason && <p class="line-urgent">{visitor.urgent_reason}</p>}
        {visitor.reason && <p class="line-reason">{visitor.reason}</p>}
        <RowFacts visitor={visitor} />
      </div>
      <div class="line-wait">
        <Waited since={visitor.arrived_at} alertS={visitor.state === 'away' ? null : alertS} now={now} />
        <span class={`line-state line-state-${visitor.state}`}>{text.states[visitor.state]}</span>
      </div>
      <div class="line-acts">
        {admit && <AdmitButton visitor={visitor} admit={admit} />}
        <RowMenu visitor={visitor} withKeys onAct={onAct} />
      </div>
      {open && <RowPanel act={open} visitor={visitor} onClose={onClose} onChanged={onChanged} />}
    </li>
  );
}

function rowClass({ priority_class: priority, worse_at: worse }: VisitorInLine): string {
  return `line-row line-row-${worse === null ? priority : 'urgent'}`;
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
