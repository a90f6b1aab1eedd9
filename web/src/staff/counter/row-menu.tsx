import type { VisitorInLine } from '../../api/types';
import { staffText } from '../../i18n/staff';
import { Icon } from '../shell/icon';
import { Menu } from '../shell/menu';
import { ACT_KEYS, type Act, actsOn } from './acts';

interface RowMenuProps {
  visitor: VisitorInLine;
  /** In the line, where each act has its key. */
  withKeys?: boolean;
  onAct: (act: Act) => void;
}

/** Everything besides admitting, one press away. */
export function RowMenu({ visitor, withKeys, onAct }: RowMenuProps) {
  const text = staffText().line;
  const offered = actsOn(visitor);
  if (offered.length === 0) return null;
  return (
    <Menu
      label={text.moreName(visitor.person_name)}
      button={<Icon name="more" />}
      class="button button-plain button-icon"
    >
      {(close) =>
        offered.map((act) => (
          <button
            type="button"
            key={act}
            class="menu-item"
            onClick={() => {
              close();
              onAct(act);
            }}
          >
            {text.acts[act]}
            {withKeys && ACT_KEYS[act] && (
              <span class="kbd" aria-hidden="true">
                {ACT_KEYS[act]?.toUpperCase()}
              </span>
            )}
          </button>
        ))
      }
    </Menu>
  );
}
