import type { ComponentChildren } from 'preact';
import type { VisitorInLine } from '../../api/types';
import { language } from '../../i18n/language';
import { staffText } from '../../i18n/staff';
import { clock } from '../moments';
import { Icon, type IconName } from '../shell/icon';

/** What sets somebody apart, beside the name: next, urgent, worse, appointment, on the way, private. */
export function RowMarks({ visitor }: { visitor: VisitorInLine }) {
  const text = staffText().line;
  const { appointment_at: appointment } = visitor;
  return (
    <>
      {visitor.worse_at !== null && (
        <Mark kind="urgent" icon="urgent">
          {text.worse}
        </Mark>
      )}
      {visitor.priority_class === 'urgent' && (
        <Mark kind="urgent" icon="urgent">
          {text.urgent}
        </Mark>
      )}
      {visitor.is_next && (
        <Mark kind="next" icon="play">
          {text.next}
        </Mark>
      )}
      {(visitor.priority_class === 'scheduled' || appointment !== null) && (
        <Mark icon="calendar">
          {appointment === null ? text.scheduled : text.scheduledAt(clock(language.value, appointment))}
        </Mark>
      )}
      {visitor.coming && (
        <Mark kind="good" icon="check">
          {text.coming}
        </Mark>
      )}
      {visitor.confidential && (
        <Mark icon="lock" title={text.privateHint}>
          {text.private}
        </Mark>
      )}
    </>
  );
}

interface MarkProps {
  icon: IconName;
  kind?: 'urgent' | 'next' | 'good';
  title?: string;
  children: ComponentChildren;
}

function Mark({ icon, kind, title, children }: MarkProps) {
  return (
    <span class={kind ? `badge badge-${kind}` : 'badge'} title={title}>
      <Icon name={icon} />
      {children}
    </span>
  );
}
