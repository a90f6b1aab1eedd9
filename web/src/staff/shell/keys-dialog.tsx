import { useState } from 'preact/hooks';
import { setShortcuts, shortcutsOn } from '../../call/view/shortcuts';
import { Button } from '../../design/button';
import { Dialog } from '../../design/dialog';
import { Tick } from '../../design/field';
import { staffText } from '../../i18n/staff';
import { useKeys } from './use-keys';

export type KeyLine = readonly [keys: readonly string[], what: string];

/** The button and the `?` key that show a page's keys, and the switch that turns single keys off. */
export function KeysHelp({ lines, hint }: { lines: readonly KeyLine[]; hint?: string }) {
  const [open, setOpen] = useState(false);
  const text = staffText();
  useKeys({ '?': () => setOpen(true) });
  const all: readonly KeyLine[] = [...lines, [['?'], text.keys.help]];
  return (
    <>
      <button type="button" class="keys-button" onClick={() => setOpen(true)}>
        <span class="kbd" aria-hidden="true">
          ?
        </span>{' '}
        <span class="keys-label">{text.shell.keys}</span>
      </button>
      <Dialog open={open} heading={text.keys.heading} onClose={() => setOpen(false)}>
        {hint && <p class="soft">{hint}</p>}
        <dl class="keys">
          {all.map(([keys, what]) => (
            <div key={what}>
              <dt>{what}</dt>
              <dd>{interleave(keys, text.keys.or)}</dd>
            </div>
          ))}
        </dl>
        <Tick
          label={text.keys.on}
          hint={text.keys.onHint}
          checked={shortcutsOn.value}
          onChange={setShortcuts}
        />
        <div class="row">
          <Button onClick={() => setOpen(false)}>{text.close}</Button>
        </div>
      </Dialog>
    </>
  );
}

function interleave(keys: readonly string[], or: string) {
  return keys.map((key, index) => (
    <span key={key}>
      {index > 0 && ` ${or} `}
      <kbd>{key}</kbd>
    </span>
  ));
}
