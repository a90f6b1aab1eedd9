import { useEffect, useRef, useState } from 'preact/hooks';
import type { VisitorInLine } from '../../api/types';
import { Button } from '../../design/button';
import { TextField } from '../../design/field';
import { staffText } from '../../i18n/staff';
import { Failure } from '../shell/failure';
import { askedFor, type QuickAct } from './acts';
import { ReadyTexts } from './ready-texts';
import { useAct } from './use-act';

/** Where the focus goes: why somebody is held is one of a few reasons; a message is often one's own. */
const FIRST: Readonly<Record<QuickAct, string>> = { hold: '.ready-text', message: 'input' };

interface RowPanelProps {
  act: QuickAct;
  visitor: VisitorInLine;
  onClose: () => void;
  onChanged: () => Promise<void>;
}

/** A message or a hold, in the row itself: a ready text is sent by one press. Escape closes it. */
export function RowPanel({ act, visitor, onClose, onChanged }: RowPanelProps) {
  const text = staffText();
  const asked = askedFor(act, visitor.person_name, text.act);
  const acting = useAct(onChanged);
  const [value, setValue] = useState('');
  const panel = useRef<HTMLFormElement>(null);
  useEffect(() => panel.current?.querySelector<HTMLElement>(FIRST[act])?.focus(), [act]);
  const send = async (words: string) => {
    if (words.trim() !== '' && (await acting.run(act, visitor.id, words))) onClose();
  };
  return (
    <form
      ref={panel}
      class="row-panel"
      aria-label={asked.heading}
      data-testid="row-panel"
      onSubmit={(event) => {
        event.preventDefault();
        void send(value);
      }}
      onKeyDown={(event) => event.key === 'Escape' && onClose()}
    >
      <Failure error={acting.error} />
      <p class="row-panel-hint">
        <b>{asked.heading}.</b> {asked.hint}
      </p>
      <ReadyTexts texts={asked.ready} label={text.act.readySend} onPick={(words) => void send(words)} />
      <div class="row-panel-own">
        <TextField label={asked.label} value={value} maxLength={500} autocomplete="off" onInput={setValue} />
        <Button onClick={onClose}>{text.cancel}</Button>
        <Button kind="primary" type="submit" busy={acting.busy || value.trim() === ''} testId="act-send">
          {asked.send}
        </Button>
      </div>
    </form>
  );
}
