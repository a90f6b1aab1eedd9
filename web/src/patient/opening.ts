import { regional } from '../i18n/format';
import type { Language } from '../i18n/language';

/** When a queue opens next, as people say it: 'today at 14:00', 'on Monday at 09:00', 'on 3 January at 09:00'. */
export function openingWords(
  opensAt: string,
  now: Date,
  timeZone: string,
  language: Language,
  words: { onDay: (day: string) => string; dayAndTime: (day: string, time: string) => string },
): string {
  const tag = regional(language);
  const opens = new Date(opensAt);
  const time = new Intl.DateTimeFormat(tag, { timeZone, hour: 'numeric', minute: '2-digit' }).format(opens);
  const days = dayNumber(opens, timeZone) - dayNumber(now, timeZone);
  if (days < 2) {
    return words.dayAndTime(new Intl.RelativeTimeFormat(tag, { numeric: 'auto' }).format(days, 'day'), time);
  }
  const day: Intl.DateTimeFormatOptions = days < 7 ? { weekday: 'long' } : { day: 'numeric', month: 'long' };
  return words.dayAndTime(
    words.onDay(new Intl.DateTimeFormat(tag, { timeZone, ...day }).format(opens)),
    time,
  );
}

/** The days since 1970 on the pharmacy's calendar. */
function dayNumber(moment: Date, timeZone: string): number {
  const parts = { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' } as const;
  return Date.parse(new Intl.DateTimeFormat('en-CA', parts).format(moment)) / 86_400_000;
}
