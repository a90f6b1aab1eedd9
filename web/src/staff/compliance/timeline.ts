import type { EventView } from '../../api/types';
import type { StaffText } from '../../i18n/staff';

/** What a timeline can be narrowed to. */
export type Kind = keyof StaffText['timeline']['kind'];

const KINDS: readonly Kind[] = [
  'visit',
  'consultation',
  'room',
  'note',
  'consent',
  'recording',
  'auth',
  'patient',
  'queue',
];

/** The kind of an event, from its name: notes, and looking at something, are told apart from the rest. */
export function kindOf(name: string): Kind {
  if (/\.(viewed|listed|searched|exported)$/.test(name)) return 'reading';
  if (name.startsWith('consultation.note.')) return 'note';
  const subject = name.split('.')[0];
  return KINDS.find((kind) => kind === subject) ?? 'other';
}

/** The kinds that occur, in the order of the filter. */
export function kindsIn(events: readonly EventView[]): readonly Kind[] {
  const found = new Set(events.map(({ name }) => kindOf(name)));
  return [...KINDS, 'reading' as const, 'other' as const].filter((kind) => found.has(kind));
}

/** The order of the log. */
export function inOrder(events: readonly EventView[]): readonly EventView[] {
  return [...events].sort((one, two) => one.index - two.index);
}

export interface Detail {
  readonly name: string;
  readonly value: string;
}

/** An event's own data as lines of text; nothing is left out, so that nothing is hidden. */
export function detailsOf(event: EventView): readonly Detail[] {
  return Object.entries(event.data).map(([name, value]) => ({
    name: name.replaceAll('_', ' '),
    value: Array.isArray(value) ? value.map(String).join(', ') : String(value ?? '–'),
  }));
}

/** A moment of an event: in the reader's zone, or in UTC exactly as it was recorded. */
export function timeOf(moment: string, language: string, utc: boolean): string {
  if (utc) return moment.replace('T', ' ').replace('Z', ' UTC');
  const format = new Intl.DateTimeFormat(language, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  });
  return format.format(new Date(moment));
}

/** The day of a moment in the reader's zone, in words. */
export function dayOf(moment: string, language: string, utc: boolean): string {
  const format: Intl.DateTimeFormatOptions = { dateStyle: 'full', ...(utc && { timeZone: 'UTC' }) };
  return new Intl.DateTimeFormat(language, format).format(new Date(moment));
}
