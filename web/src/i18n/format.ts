import type { Language } from './language';

/** The right form for a count; `other` is also for languages' further forms. `#` stands for the number. */
export function plural(language: Language, count: number, forms: { one: string; other: string }): string {
  const form = new Intl.PluralRules(language).select(count) === 'one' ? forms.one : forms.other;
  return form.replace('#', new Intl.NumberFormat(regional(language)).format(count));
}

/** The reader's own kind of a language, such as en-GB for `en`, where the browser names one. */
export function regional(language: Language): string {
  return globalThis.navigator?.languages?.find((tag) => tag.slice(0, 2) === language) ?? language;
}

/** A time of day, such as 14:05, in the reader's zone or the one named. */
export function clockTime(language: Language, moment: string | Date, timeZone?: string): string {
  const format: Intl.DateTimeFormatOptions = { hour: 'numeric', minute: '2-digit' };
  return new Intl.DateTimeFormat(regional(language), timeZone ? { ...format, timeZone } : format).format(
    new Date(moment),
  );
}

/** A date and time, such as 4 March 2026, 14:05. */
export function dateTime(language: Language, moment: string | Date, timeZone?: string): string {
  const format: Intl.DateTimeFormatOptions = { dateStyle: 'long', timeStyle: 'short' };
  return new Intl.DateTimeFormat(regional(language), timeZone ? { ...format, timeZone } : format).format(
    new Date(moment),
  );
}

/** A calendar date given as YYYY-MM-DD, in words; it has no time zone. */
export function calendarDate(language: Language, date: string): string {
  return new Intl.DateTimeFormat(regional(language), { dateStyle: 'long', timeZone: 'UTC' }).format(
    new Date(`${date}T00:00:00Z`),
  );
}

/** The name of a weekday; Monday is 0. */
export function weekdayName(language: Language, weekday: number): string {
  // 1 January 2024 was a Monday.
  return new Intl.DateTimeFormat(regional(language), { weekday: 'long', timeZone: 'UTC' }).format(
    new Date(Date.UTC(2024, 0, 1 + weekday)),
  );
}

/** Minutes and seconds, such as 2:05; never negative. */
export function countdown(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
