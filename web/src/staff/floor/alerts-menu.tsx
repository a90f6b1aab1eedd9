import { Button } from '../../design/button';
import { Tick } from '../../design/field';
import { staffText } from '../../i18n/staff';
import { Icon } from '../shell/icon';
import { Menu } from '../shell/menu';
import { ALERT_KINDS, type Alerts } from './alerts';

/** What to be alerted to, by sound and notification; remembered on this device. */
export function AlertsMenu({ alerts }: { alerts: Alerts }) {
  const text = staffText().alerts;
  const settings = alerts.settings.value;
  const some = ALERT_KINDS.some((kind) => settings[kind]);
  return (
    <Menu
      label={some ? text.on : text.off}
      class="button button-quiet"
      wide
      button={
        <>
          <Icon name={some ? 'bell' : 'bellOff'} />
          <span class="button-words">{text.button}</span>
        </>
      }
    >
      {() => (
        <div class="menu-panel stack stack-tight">
          <p class="menu-note">{text.hint}</p>
          {ALERT_KINDS.map((kind) => (
            <Tick
              key={kind}
              label={text.kinds[kind]}
              checked={settings[kind]}
              onChange={(on) => alerts.set(kind, on)}
            />
          ))}
          <Notifications alerts={alerts} />
        </div>
      )}
    </Menu>
  );
}

function Notifications({ alerts }: { alerts: Alerts }) {
  const text = staffText().alerts;
  const desktop = alerts.desktop.value;
  if (desktop === 'ask') {
    return (
      <Button testId="allow-notifications" onClick={() => void alerts.allow()}>
        {text.allow}
      </Button>
    );
  }
  return <p class="menu-note">{text.desktop[desktop]}</p>;
}
