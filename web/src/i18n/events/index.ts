import { defineText } from '../language';

export type EventText = Readonly<Record<string, string>>;

const text = defineText<EventText>({
  en: async () => (await import('./en')).en,
  es: async () => (await import('./es')).es,
});

/** What an audit event means, in plain words; the raw name for an event this page does not know yet. */
export function eventText(name: string): string {
  return text()[name] ?? name;
}
