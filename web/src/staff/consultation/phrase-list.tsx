import { useMemo, useState } from 'preact/hooks';
import { Button } from '../../design/button';
import { Dialog } from '../../design/dialog';
import { TextArea } from '../../design/field';
import { staffText } from '../../i18n/staff';
import { useSignedIn } from '../context';
import { useKeys } from '../shell/use-keys';
import { focusNote } from './notes-panel';
import { MOST_PHRASES, Phrases, withPhrase } from './phrases';

/** Ready sentences for the note: pressed, or put in by their digit. */
export function PhraseList({ consultationId }: { consultationId: string }) {
  const { drafts } = useSignedIn();
  const text = staffText().consultation;
  const phrases = useMemo(() => new Phrases(), []);
  const [changing, change] = useState(false);
  const shown = phrases.own.value ?? text.phrases;
  const put = (phrase: string | undefined) => {
    if (phrase === undefined) return;
    drafts.keep(consultationId, withPhrase(drafts.read(consultationId), phrase));
    focusNote();
  };
  const digits = Array.from({ length: MOST_PHRASES }, (_, index) => index);
  useKeys(Object.fromEntries(digits.map((index) => [`${index + 1}`, () => put(shown[index])])));
  return (
    <fieldset class="phrases" aria-label={text.phrasesLabel}>
      {shown.map((phrase, index) => (
        <button type="button" key={phrase} class="phrase" onClick={() => put(phrase)}>
          <span class="kbd" aria-hidden="true">
            {index + 1}
          </span>
          <span>{phrase}</span>
        </button>
      ))}
      <button type="button" class="link-button" onClick={() => change(true)}>
        {text.phrasesChange}
      </button>
      <Dialog open={changing} heading={text.phrasesChange} onClose={() => change(false)}>
        <PhraseForm phrases={phrases} shown={shown} onClose={() => change(false)} />
      </Dialog>
    </fieldset>
  );
}

interface PhraseFormProps {
  phrases: Phrases;
  shown: readonly string[];
  onClose: () => void;
}

function PhraseForm({ phrases, shown, onClose }: PhraseFormProps) {
  const text = staffText();
  const [lines, setLines] = useState(shown.join('\n'));
  const keep = (event: Event) => {
    event.preventDefault();
    phrases.keep(lines);
    onClose();
  };
  return (
    <form class="stack" onSubmit={keep}>
      <TextArea
        label={text.consultation.phrasesLabel}
        hint={text.consultation.phrasesHint}
        value={lines}
        rows={9}
        maxLength={2_700}
        onInput={setLines}
      />
      <div class="row">
        <Button onClick={onClose}>{text.cancel}</Button>
        <Button kind="primary" type="submit">
          {text.consultation.phrasesKeep}
        </Button>
      </div>
    </form>
  );
}
