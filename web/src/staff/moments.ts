/** A date and time for lists, such as 22 Nov 2026, 14:05. */
export function shortMoment(language: string, moment: string): string {
  const format: Intl.DateTimeFormatOptions = { dateStyle: 'medium', timeStyle: 'short', hourCycle: 'h23' };
  return new Intl.DateTimeFormat(language, format).format(new Date(moment));
}

/** A time of day, such as 14:05. */
export function clock(language: string, moment: string): string {
  const format: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };
  return new Intl.DateTimeFormat(language, format).format(new Date(moment));
}
