import { useState } from 'preact/hooks';
import type { QueueView, VisitorInLine } from '../../api/types';
import { staffText } from '../../i18n/staff';
import { useTicking } from '../now';
import { Failure } from '../shell/failure';
import { useKeys } from '../shell/use-keys';
import { ActDialog } from './act-dialog';
import { ACT_KEYS, type Act, actsOn, isPlain, isQuick } from './acts';
import { nextOf, stepped } from './line';
import { LineRow } from './line-row';
import { useAct } from './use-act';
import type { Admitting } from './use-admit';

interface LineListProps {
  view: QueueView;
  admits: boolean;
  admit: Admitting;
  onChanged: () => Promise<void>;
}

/** Everybody who holds a place, in order. One act at a time is open, in its row or in a dialog. */
export function LineList({ view, admits, admit, onChanged }: LineListProps) {
  const text = staffText();
  const now = useTicking(1000);
  const [open, setOpen] = useState<{ act: Act; id: string } | null>(null);
  const acting = useAct(onChanged);
  const start = (act: Act, visitor: VisitorInLine) => {
    if (isPlain(act)) void acting.run(act, visitor.id);
    else setOpen({ act, id: visitor.id });
  };
  const close = (visitor: VisitorInLine) => {
    setOpen(null);
    focusMenuOf(visitor.id);
  };
  useLineKeys(view, start);
  const asked = open && view.line.find(({ id }) => id === open.id);
  return (
    <section aria-labelledby="line-heading">
      <h2 id="line-heading" class="section-heading">
        {text.line.heading} <span class="count">{view.line.length}</span>
      </h2>
      <Failure error={acting.error} />
      <ol class="line">
        {view.line.map((visitor) => (
          <LineRow
            key={visitor.id}
            visitor={visitor}
            alertS={view.wait_alert_s}
            now={now}
            admit={admits ? admit : null}
            open={open?.id === visitor.id && isQuick(open.act) ? open.act : null}
            onAct={(act) => start(act, visitor)}
            onClose={() => close(visitor)}
            onChanged={onChanged}
          />
        ))}
      </ol>
      {open && asked && (
        <ActDialog
          key={`${open.act} ${asked.id}`}
          act={isQuick(open.act) || isPlain(open.act) ? null : open.act}
          visitor={asked}
          queueId={view.id}
          onClose={() => setOpen((now) => (now === open ? null : now))}
          onChanged={onChanged}
        />
      )}
    </section>
  );
}

/** Keys that move in the line, and those of the acts: on the row that has the focus, else on who is next. */
function useLineKeys(view: QueueView, start: (act: Act, visitor: VisitorInLine) => void): void {
  const press = (act: Act) => () => {
    const visitor = focusedIn(view) ?? nextOf(view);
    if (visitor && actsOn(visitor).includes(act)) start(act, visitor);
  };
  const acts = Object.entries(ACT_KEYS).map(([act, key]) => [key, press(act as Act)]);
  useKeys({
    ...Object.fromEntries(acts),
    j: () => moveFocus(1),
    ArrowDown: () => moveFocus(1),
    k: () => moveFocus(-1),
    ArrowUp: () => moveFocus(-1),
  });
}

function rows(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>('[data-testid="line-row"]')];
}

function focusedIn(view: QueueView): VisitorInLine | undefined {
  const row = rows().find((each) => each.contains(document.activeElement));
  return view.line.find(({ id }) => id === row?.dataset.visit);
}

/** Focus goes to the row's first button: what Enter would press is what is seen. */
function moveFocus(by: 1 | -1): void {
  const all = rows();
  const current = all.findIndex((row) => row.contains(document.activeElement));
  all[stepped(current, by, all.length)]?.querySelector('button')?.focus();
}

function focusMenuOf(visitId: string): void {
  const row = rows().find((each) => each.dataset.visit === visitId);
  row?.querySelector<HTMLElement>('.menu > button')?.focus();
}
