import { staffText } from '../../i18n/staff';
import { Icon } from '../shell/icon';

/** Nobody waits: time for a breath. */
export function EmptyLine({ alertsOn }: { alertsOn: boolean }) {
  const text = staffText().line;
  return (
    <div class="empty">
      <Icon name="cup" />
      <h2>{text.empty}</h2>
      <p class="soft">{text.emptyBody}</p>
      {!alertsOn && <p class="soft">{text.emptyAlerts}</p>}
    </div>
  );
}
