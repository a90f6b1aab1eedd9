import { TextField, Tick } from '../../design/field';
import { staffText } from '../../i18n/staff';
import { Select } from '../shell/select';
import type { PhoneSpeaker } from './phone-form';

const FIRST: PhoneSpeaker = { name: '', relationship: 'parent', authority: 'parental' };

interface SpeakerFieldsProps {
  /** Null when they speak for themselves. */
  speaker: PhoneSpeaker | null;
  error?: string | undefined;
  onChange: (speaker: PhoneSpeaker | null) => void;
}

/** Who speaks for somebody, by what right. */
export function SpeakerFields({ speaker, error, onChange }: SpeakerFieldsProps) {
  const text = staffText();
  const words = text.phoneVisit;
  return (
    <>
      <Tick
        label={words.hasSpeaker}
        checked={speaker !== null}
        onChange={(has) => onChange(has ? FIRST : null)}
      />
      {speaker && (
        <>
          <TextField
            label={words.speakerName}
            value={speaker.name}
            maxLength={120}
            autocomplete="off"
            error={error}
            onInput={(name) => onChange({ ...speaker, name })}
          />
          <Select
            label={words.relationship}
            options={optionsOf(text.relationships)}
            value={speaker.relationship}
            onPick={(relationship) => onChange({ ...speaker, relationship })}
          />
          <Select
            label={words.authority}
            options={optionsOf(text.authorities)}
            value={speaker.authority}
            onPick={(authority) => onChange({ ...speaker, authority })}
          />
        </>
      )}
    </>
  );
}

function optionsOf<Value extends string>(words: Readonly<Record<Value, string>>) {
  return (Object.keys(words) as Value[]).map((value) => ({ value, label: words[value] }));
}
