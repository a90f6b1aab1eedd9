import type { QueueView } from '../../api/types';
import { staffText } from '../../i18n/staff';
import { useNow } from '../now';
import { LineRow } from './line-row';
import type { Admitting } from './use-admit';

interface LineListProps {
  view: QueueView;
  admits: boolean;
  admit: Admitting;
  onChanged: () => Promise<void>;
}

/** Everybody who holds a place, in order. */
export function LineList({ view, admits, admit, onChanged }: LineListProps) {
  const text = staffText();
  const now = useNow(15_000);
  return (
    <section aria-labelledby="line-heading">
      <h2 id="line-heading" class="section-heading">
        {text.line.heading} <span class="count">{view.line.length}</span>
      </h2>
      <ol class="line">
        {view.line.map((visitor) => (
          <LineRow
            key={visitor.id}
            visitor={visitor}
            queueId={view.id}
            nowMs={now}
            admit={admits ? admit : null}
            onChanged={onChanged}
          />
        ))}
      </ol>
    </section>
  );
}
