import { useState } from 'preact/hooks';
import type { VisitorInLine } from '../../api/types';
import { staffText } from '../../i18n/staff';
import { Icon } from '../shell/icon';
import { Menu } from '../shell/menu';
import { ActDialog } from './act-dialog';
import { type Act, actsOn } from './acts';

interface RowMenuProps {
  visitor: VisitorInLine;
  queueId: string;
  onChanged: () => Promise<void>;
}

/** Everything besides admitting, one press away; each asks before it is done. */
export function RowMenu({ visitor, queueId, onChanged }: RowMenuProps) {
  const text = staffText().line;
  const [act, setAct] = useState<Act | null>(null);
  const words = {
    message: text.message,
    hold: text.hold,
    transfer: text.transfer,
    decline: text.decline,
    no_answer: text.noAnswer,
  };
  return (
    <>
      <Menu
        label={text.moreName(visitor.person_name)}
        button={<Icon name="more" />}
        class="button button-plain button-icon"
      >
        {(close) =>
          actsOn(visitor.state).map((offered) => (
            <button
              type="button"
              key={offered}
              class="menu-item"
              onClick={() => {
                close();
                setAct(offered);
              }}
            >
              {words[offered]}
            </button>
          ))
        }
      </Menu>
      <ActDialog
        act={act}
        visitor={visitor}
        queueId={queueId}
        onClose={() => setAct(null)}
        onChanged={onChanged}
      />
    </>
  );
}
