import type { VisitView } from '../api/types';
import type { PatientText } from './text/en';

type Wait = NonNullable<VisitView['wait']>;

/** A wait in plain words. Beyond 10 minutes it goes by fives, beyond 75 by half hours. */
export function waitWords(wait: Wait, text: PatientText, locale: string): string {
  if (wait.kind === 'unknown') return text.waitUnknown;
  const show = (value: number) => new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }).format(value);
  const [from, to] = rounded(wait.from_minutes, wait.to_minutes);
  if (to > 75) return hours(from, to, text, show);
  if (from === 0) return text.waitUnder(show(Math.max(to, 2)));
  if (from === to) return text.waitAbout(show(to));
  return text.waitRange(show(from), show(to));
}

/** Why no wait can be told, or nothing. */
export function waitReason(wait: Wait, text: PatientText): string | null {
  return wait.kind === 'unknown' ? text.waitReasons[wait.reason] : null;
}

function rounded(from: number, to: number): readonly [number, number] {
  const low = Math.max(0, Math.floor(from));
  const high = Math.max(low, Math.ceil(to));
  if (high <= 10) return [low, high];
  return [Math.round(low / 5) * 5, Math.ceil(high / 5) * 5];
}

function hours(from: number, to: number, text: PatientText, show: (value: number) => string): string {
  const low = Math.floor(from / 30) / 2;
  const high = Math.ceil(to / 30) / 2;
  if (low < 0.5) return text.waitUpToHours(show(high));
  if (low === high) return text.waitAboutHours(show(high));
  return text.waitHours(show(low), show(high));
}

export function capitalised(words: string): string {
  return words.slice(0, 1).toLocaleUpperCase() + words.slice(1);
}
