import { TextArea } from '../../design/field';
import { staffText } from '../../i18n/staff';
import { askedFor, type TextAct } from './acts';

interface TextWithReadyProps {
  act: TextAct;
  name: string;
  value: string;
  onValue: (value: string) => void;
  /** A ready text was pressed. */
  onReady: (words: string) => void;
}

/** A text to write, and ready ones. */
export function TextWithReady({ act, name, value, onValue, onReady }: TextWithReadyProps) {
  const asked = askedFor(act, name, staffText().act);
  return (
    <>
      <TextArea
        label={asked.label}
        hint={asked.hint}
        value={value}
        maxLength={500}
        rows={3}
        onInput={onValue}
      />
      <ReadyTexts texts={asked.ready} label={staffText().act.ready} onPick={onReady} />
    </>
  );
}

interface ReadyTextsProps {
  texts: readonly string[];
  label: string;
  onPick: (words: string) => void;
}

export function ReadyTexts({ texts, label, onPick }: ReadyTextsProps) {
  return (
    <fieldset class="ready-texts" aria-label={label}>
      {texts.map((words) => (
        <button type="button" key={words} class="ready-text" onClick={() => onPick(words)}>
          {words}
        </button>
      ))}
    </fieldset>
  );
}
