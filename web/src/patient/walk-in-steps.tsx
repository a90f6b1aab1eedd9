import { useId } from 'preact/hooks';
import type { PharmacyView } from '../api/types';
import { AnyOf, OneOf, TextArea, TextField, Tick } from '../design/field';
import { language } from '../i18n/language';
import type { DateParts } from './birth-date';
import { patientText } from './text';
import type { AccessNeed, Contact, ContactWay, Draft, WhoFault } from './walk-in-draft';

interface StepProps {
  draft: Draft;
  pharmacy: PharmacyView;
  change: (part: Partial<Draft>) => void;
}

const RELATIONSHIPS = ['parent', 'guardian', 'partner', 'child', 'carer', 'other'] as const;
const AUTHORITIES = ['parental', 'legal_guardian', 'power_of_attorney', 'permission'] as const;
const NEEDS: readonly AccessNeed[] = ['hard_of_hearing', 'lip_reads', 'signs', 'low_vision', 'interpreter'];

export function WhoStep({ draft, change, faults, pharmacy }: StepProps & { faults: readonly WhoFault[] }) {
  const text = patientText();
  const other = draft.forWhom === 'other';
  return (
    <>
      <OneOf
        legend={text.forWhom}
        row
        options={[
          { value: 'me', label: text.forMe },
          { value: 'other', label: text.forOther, hint: text.forOtherHint },
        ]}
        value={draft.forWhom}
        onPick={(forWhom) => change({ forWhom })}
      />
      {other && <SpeakerFields draft={draft} change={change} faults={faults} />}
      <TextField
        label={other ? text.theirName : text.fullName}
        autocomplete={other ? 'off' : 'name'}
        maxLength={120}
        testId="name"
        value={draft.name}
        error={faults.includes('name') ? text.errors.name : undefined}
        onInput={(name) => change({ name })}
      />
      <BirthField
        label={other ? text.theirBirthDate : text.birthDate}
        autofill={!other}
        value={draft.born}
        error={birthError(faults, pharmacy)}
        onChange={(born) => change({ born })}
      />
    </>
  );
}

function birthError(faults: readonly WhoFault[], pharmacy: PharmacyView): string | undefined {
  const text = patientText();
  if (faults.includes('birth')) return text.errors.birth;
  if (faults.includes('future')) return text.errors.future;
  return faults.includes('tooYoung') ? text.errors.tooYoung(pharmacy.speaker_below_age) : undefined;
}

type SpeakerProps = Pick<StepProps, 'draft' | 'change'> & { faults: readonly WhoFault[] };

function SpeakerFields({ draft, change, faults }: SpeakerProps) {
  const text = patientText();
  return (
    <>
      <TextField
        label={text.yourName}
        autocomplete="name"
        maxLength={120}
        value={draft.speakerName}
        error={faults.includes('speakerName') ? text.errors.name : undefined}
        onInput={(speakerName) => change({ speakerName })}
      />
      <OneOf
        legend={text.relationship}
        row
        options={RELATIONSHIPS.map((value) => ({ value, label: text.relationships[value] }))}
        value={draft.relationship}
        error={faults.includes('relationship') ? text.errors.relationship : undefined}
        onPick={(relationship) => change({ relationship })}
      />
      <OneOf
        legend={text.authority}
        hint={text.authorityHint}
        options={AUTHORITIES.map((value) => ({ value, label: text.authorities[value] }))}
        value={draft.authority}
        error={faults.includes('authority') ? text.errors.authority : undefined}
        onPick={(authority) => change({ authority })}
      />
    </>
  );
}

interface BirthProps {
  label: string;
  autofill: boolean;
  value: DateParts;
  error: string | undefined;
  onChange: (value: DateParts) => void;
}

/** A date of birth in three fields: a calendar to page through is no help for 1948. */
function BirthField({ label, autofill, value, error, onChange }: BirthProps) {
  const text = patientText();
  const id = useId();
  const parts = [
    { part: 'day', label: text.day, fill: 'bday-day', length: 2 },
    { part: 'month', label: text.month, fill: 'bday-month', length: 2 },
    { part: 'year', label: text.year, fill: 'bday-year', length: 4 },
  ] as const;
  return (
    <fieldset class="field" aria-describedby={error ? `${id}-hint ${id}-error` : `${id}-hint`}>
      <legend class="field-label">{label}</legend>
      <p class="field-hint" id={`${id}-hint`}>
        {text.birthHint}
      </p>
      <div class="date">
        {parts.map(({ part, label: partLabel, fill, length }) => (
          <div key={part} class={`field date-${part}`}>
            <label for={`${id}-${part}`}>{partLabel}</label>
            <input
              id={`${id}-${part}`}
              class="input"
              inputMode="numeric"
              data-testid={`birth-${part}`}
              autocomplete={autofill ? fill : 'off'}
              maxLength={length}
              value={value[part]}
              aria-invalid={error ? 'true' : undefined}
              onInput={(event) => onChange({ ...value, [part]: event.currentTarget.value })}
            />
          </div>
        ))}
      </div>
      {error && (
        <p class="field-error" id={`${id}-error`}>
          {error}
        </p>
      )}
    </fieldset>
  );
}

type ReachProps = StepProps & { wrong: Readonly<Record<Contact, boolean>> };

export function ReachStep({ draft, change, pharmacy, wrong }: ReachProps) {
  const text = patientText();
  const ways: readonly ContactWay[] = ['ring', 'text', 'voicemail'];
  const wayLabels = { ring: text.contactRing, text: text.contactText, voicemail: text.contactVoicemail };
  return (
    <>
      <TextArea
        label={text.optional(text.reason)}
        hint={text.reasonHint}
        maxLength={500}
        rows={3}
        value={draft.reason}
        onInput={(reason) => change({ reason })}
      />
      <TextField
        label={text.optional(text.phone)}
        hint={text.phoneHint}
        type="tel"
        autocomplete="tel"
        maxLength={32}
        value={draft.phone}
        error={wrong.phone ? text.errors.phone : undefined}
        onInput={(phone) => change({ phone })}
      />
      <TextField
        label={text.optional(text.email)}
        hint={text.emailHint}
        type="email"
        autocomplete="email"
        maxLength={254}
        value={draft.email}
        error={wrong.email ? text.errors.email : undefined}
        onInput={(email) => change({ email })}
      />
      {draft.phone.trim() !== '' && (
        <AnyOf
          legend={text.contact}
          hint={text.contactHint}
          options={ways.map((value) => ({ value, label: wayLabels[value] }))}
          values={draft.contact}
          onChange={(contact) => change({ contact })}
        />
      )}
      {pharmacy.languages.length > 1 && (
        <OneOf
          legend={text.speak}
          row
          options={pharmacy.languages.map((value) => ({ value, label: languageName(value) }))}
          value={draft.language}
          onPick={(spoken) => change({ language: spoken })}
        />
      )}
      <AnyOf
        legend={text.optional(text.access)}
        hint={text.accessHint}
        options={NEEDS.map((value) => ({ value, label: text.accessNeeds[value] }))}
        values={draft.accessNeeds}
        onChange={(accessNeeds) => change({ accessNeeds })}
      />
    </>
  );
}

function languageName(tag: string): string {
  const name = new Intl.DisplayNames(language.value, { type: 'language' }).of(tag) ?? tag;
  return name.slice(0, 1).toLocaleUpperCase(language.value) + name.slice(1);
}

type ConsentProps = Pick<StepProps, 'draft' | 'change'> & { missing: boolean };

export function ConsentStep({ draft, change, missing }: ConsentProps) {
  const text = patientText();
  return (
    <>
      <Tick
        label={text.privateVisit}
        hint={text.privateHint}
        checked={draft.confidential}
        onChange={(confidential) => change({ confidential })}
      />
      <Tick
        label={<strong data-testid="consent">{text.consent}</strong>}
        hint={text.consentHint}
        checked={draft.consent}
        error={missing ? text.errors.consent : undefined}
        onChange={(consent) => change({ consent })}
      />
    </>
  );
}
