import type { DeviceCheckView, QueueView, VisitorInLine } from '../../api/types';
import type { Language } from '../../i18n/language';
import type { StaffText } from '../../i18n/staff';

/** The visit that 'admit next' takes for the one who asked. */
export function nextOf(view: QueueView): VisitorInLine | null {
  return view.line.find((visitor) => visitor.is_next) ?? null;
}

/** The visit that this pharmacist has called or is talking to. */
export function heldBy(view: QueueView, staffId: string): VisitorInLine | null {
  return (
    [...view.called, ...view.in_consultation].find((visitor) => visitor.pharmacist_id === staffId) ?? null
  );
}

/** All who are in the line, being called or in a consultation. */
export function everybody(view: QueueView): readonly VisitorInLine[] {
  return [...view.line, ...view.called, ...view.in_consultation];
}

/** Age on a day, in whole years, or in months below two years. Both dates as YYYY-MM-DD. */
export function ageOn(birthDate: string, today: string, text: StaffText['line']): string {
  const [year = 0, month = 0, day = 0] = today.split('-').map(Number);
  const [bornYear = 0, bornMonth = 0, bornDay = 0] = birthDate.split('-').map(Number);
  const months = (year - bornYear) * 12 + (month - bornMonth) - (day < bornDay ? 1 : 0);
  return months < 24 ? text.months(Math.max(0, months)) : text.age(Math.floor(months / 12));
}

/** Today on this device, as YYYY-MM-DD. */
export function todayOf(nowMs: number): string {
  const now = new Date(nowMs);
  const two = (number: number) => String(number).padStart(2, '0');
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

export interface DeviceWords {
  readonly text: string;
  readonly fine: boolean;
}

/** What the device check found, in words: what is wrong, or that all is well. */
export function deviceWords(check: DeviceCheckView | null, text: StaffText['device']): DeviceWords {
  if (check === null) return { text: text.unchecked, fine: false };
  if (check.camera === 'skipped' && check.microphone === 'skipped')
    return { text: text.skipped, fine: false };
  const wrong = [
    check.camera === 'ok' ? '' : text.camera[check.camera],
    check.microphone === 'ok' ? '' : text.microphone[check.microphone],
    check.network === 'good' ? '' : text.network[check.network],
  ].filter((words) => words !== '');
  return wrong.length === 0
    ? { text: text.good, fine: true }
    : { text: sentence(wrong.join(', ')), fine: false };
}

function sentence(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A word from a catalogue's group; the server's own code where the catalogue has none yet. */
export function wordFor(group: Readonly<Record<string, string>>, code: string): string {
  return group[code] ?? code;
}

/** What a language is called, in the reader's language. */
export function languageName(reader: Language, tag: string): string {
  try {
    return new Intl.DisplayNames(reader, { type: 'language' }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}

/** Where the focus goes from row `current` of `count` rows; -1 is no row yet. */
export function stepped(current: number, by: 1 | -1, count: number): number {
  if (count === 0) return -1;
  if (current === -1) return by === 1 ? 0 : count - 1;
  return Math.min(count - 1, Math.max(0, current + by));
}
