import type { ChangeQueue, QueueSettingsView } from '../../api/types';
import type { StaffText } from '../../i18n/staff';

/** One span of a weekday, as it is being written. Monday is 0. */
export interface Span {
  readonly weekday: number;
  readonly opens: string;
  readonly closes: string;
}

/** The settings of a queue as they are being written: numbers as text, times in minutes. */
export interface QueueForm {
  readonly capacity: string;
  readonly answerMin: string;
  readonly alertMin: string;
  readonly ahead: string;
  readonly languages: readonly string[];
  readonly hours: readonly Span[];
}

export type NumberField = 'capacity' | 'answerMin' | 'alertMin' | 'ahead';

/** What the server takes, in the units of the form. */
export const LIMITS: Readonly<Record<NumberField, readonly [least: number, most: number]>> = {
  capacity: [1, 10_000],
  answerMin: [1, 60],
  alertMin: [1, 1_440],
  ahead: [1, 50],
};

const TIME = /^([01]\d|2[0-3]):[0-5]\d$|^24:00$/;

export function formOf(settings: QueueSettingsView): QueueForm {
  return {
    capacity: String(settings.capacity),
    answerMin: minutes(settings.answer_time_s),
    alertMin: minutes(settings.wait_alert_s),
    ahead: String(settings.notify_ahead),
    languages: settings.languages,
    hours: settings.opening_hours,
  };
}

/** Minutes of seconds, with half minutes where there are any. */
function minutes(seconds: number): string {
  return String(Math.round((seconds / 60) * 10) / 10);
}

export type FormErrors = Partial<Record<NumberField | 'languages' | 'hours', string>>;

export function formErrors(form: QueueForm, text: StaffText['admin']): FormErrors {
  const errors: FormErrors = {};
  for (const field of Object.keys(LIMITS) as NumberField[]) {
    const [least, most] = LIMITS[field];
    const number = Number(form[field]);
    if (form[field].trim() === '' || !(number >= least && number <= most))
      errors[field] = text.between(least, most);
    else if (!Number.isInteger(number) && !field.endsWith('Min')) errors[field] = text.between(least, most);
  }
  if (form.languages.length === 0) errors.languages = text.languageMissing;
  if (!form.hours.every(({ opens, closes }) => TIME.test(opens) && TIME.test(closes) && opens !== closes)) {
    errors.hours = text.hoursWrong;
  }
  return errors;
}

/** Only what differs: what another administrator changed meanwhile stays. */
export function changesOf(form: QueueForm, before: QueueSettingsView): ChangeQueue {
  const wanted = {
    capacity: Number(form.capacity),
    answer_time_s: Math.round(Number(form.answerMin) * 60),
    wait_alert_s: Math.round(Number(form.alertMin) * 60),
    notify_ahead: Number(form.ahead),
    languages: [...form.languages],
    opening_hours: form.hours.map(({ weekday, opens, closes }) => ({ weekday, opens, closes })),
  } satisfies ChangeQueue;
  const differing = Object.entries(wanted).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name as keyof typeof wanted]),
  );
  return Object.fromEntries(differing);
}
