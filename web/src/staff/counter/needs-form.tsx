import { useState } from 'preact/hooks';
import { announce } from '../../a11y/announcer';
import type { Needs, VisitorInLine } from '../../api/types';
import { Button } from '../../design/button';
import { AnyOf } from '../../design/field';
import { language } from '../../i18n/language';
import { staffText } from '../../i18n/staff';
import { useSignedIn } from '../context';
import { Failure } from '../shell/failure';
import { Select } from '../shell/select';
import { languageOptions } from './languages';
import { wordFor } from './line';

interface NeedsFormProps {
  visitor: VisitorInLine;
  onClose: () => void;
  onChanged: () => Promise<void>;
}

/** Which skills and which language a visit needs: who may admit it next. */
export function NeedsForm({ visitor, onClose, onChanged }: NeedsFormProps) {
  const { client } = useSignedIn();
  const text = staffText();
  const [needs, setNeeds] = useState<Needs>({ skills: visitor.skills, language: visitor.language });
  const [error, setError] = useState<unknown>(null);
  const submit = async (event: Event) => {
    event.preventDefault();
    try {
      await client.post(`visits/${visitor.id}/needs`, needs);
      announce(text.line.done.needs);
      onClose();
      await onChanged();
    } catch (failure) {
      setError(failure);
    }
  };
  const known = [...new Set([...Object.keys(text.skills), ...visitor.skills])];
  return (
    <form class="stack" onSubmit={(event) => void submit(event)}>
      <Failure error={error} />
      <p class="soft">{text.act.needsHint}</p>
      <Select
        label={text.act.needsLanguage}
        options={languageOptions(language.value, visitor.language)}
        value={needs.language}
        onPick={(tag) => setNeeds({ ...needs, language: tag })}
      />
      <AnyOf
        legend={text.act.needsSkills}
        row
        options={known.map((skill) => ({ value: skill, label: wordFor(text.skills, skill) }))}
        values={needs.skills ?? []}
        onChange={(skills) => setNeeds({ ...needs, skills })}
      />
      <div class="row">
        <Button onClick={onClose}>{text.cancel}</Button>
        <Button kind="primary" type="submit" testId="act-send">
          {text.act.needsSend}
        </Button>
      </div>
    </form>
  );
}
