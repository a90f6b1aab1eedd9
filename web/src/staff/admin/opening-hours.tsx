import { useId } from 'preact/hooks';
import { Button } from '../../design/button';
import { TextField } from '../../design/field';
import { weekdayName } from '../../i18n/format';
import { language } from '../../i18n/language';
import { staffText } from '../../i18n/staff';
import { Select } from '../shell/select';
import type { Span } from './queue-form';

const WEEKDAYS = [0, 1, 2, 3, 4, 5, 6];
const NEW: Span = { weekday: 0, opens: '09:00', closes: '18:00' };

interface OpeningHoursProps {
  spans: readonly Span[];
  timeZone: string | null;
  error?: string | undefined;
  onChange: (spans: readonly Span[]) => void;
}

/** When a queue is open, span by span; none means when its pharmacies are. */
export function OpeningHours({ spans, timeZone, error, onChange }: OpeningHoursProps) {
  const text = staffText().admin;
  const id = useId();
  const change = (index: number, part: Partial<Span>) =>
    onChange(spans.map((span, each) => (each === index ? { ...span, ...part } : span)));
  return (
    <fieldset class="stack stack-tight" aria-describedby={error ? id : undefined}>
      <legend>{text.hours}</legend>
      <p class="field-hint">{timeZone === null ? text.hoursHint : `${text.hoursHint} ${timeZone}.`}</p>
      {spans.map((span, index) => (
        <div key={index} class="span">
          <Select
            label={text.weekday}
            options={WEEKDAYS.map((day) => ({
              value: String(day),
              label: weekdayName(language.value, day),
            }))}
            value={String(span.weekday)}
            onPick={(day) => change(index, { weekday: Number(day) })}
          />
          <TextField
            label={text.opens}
            type="time"
            value={span.opens}
            onInput={(opens) => change(index, { opens })}
          />
          <TextField
            label={text.closes}
            type="time"
            value={span.closes === '24:00' ? '00:00' : span.closes}
            onInput={(closes) => change(index, { closes: closes === '00:00' ? '24:00' : closes })}
          />
          <Button
            aria-label={text.removeSpan(weekdayName(language.value, span.weekday), span.opens)}
            onClick={() => onChange(spans.filter((_, each) => each !== index))}
          >
            {text.remove}
          </Button>
        </div>
      ))}
      {error && (
        <p class="field-error" id={id}>
          {error}
        </p>
      )}
      <div>
        <Button onClick={() => onChange([...spans, after(spans.at(-1))])}>{text.addSpan}</Button>
      </div>
    </fieldset>
  );
}

/** The same hours on the next day: most weeks are written so. */
function after(last: Span | undefined): Span {
  return last === undefined ? NEW : { ...last, weekday: (last.weekday + 1) % 7 };
}
