import { expect, test } from 'vitest';
import { openingWords } from '../../src/patient/opening';
import { en } from '../../src/patient/text/en';
import { es } from '../../src/patient/text/es';

/** Monday 23 November 2026, 20:00 in Madrid. */
const NOW = new Date('2026-11-23T19:00:00Z');

const opens = (at: string) => openingWords(at, NOW, 'Europe/Madrid', 'es', es);

test('says today, tomorrow, the weekday or the date, on the clock of the pharmacy', () => {
  expect(opens('2026-11-23T20:30:00Z')).toMatch(/^hoy a las 21:30$/);
  expect(opens('2026-11-24T08:00:00Z')).toMatch(/^mañana a las 9:00$/);
  expect(opens('2026-11-28T08:00:00Z')).toMatch(/^el sábado a las 9:00$/);
  expect(opens('2026-12-07T08:00:00Z')).toMatch(/^el 7 de diciembre a las 9:00$/);
});

test('a day ends at midnight of the pharmacy, not of the reader', () => {
  // 23:30 on Monday in Madrid is Tuesday already in Tokyo.
  const late = new Date('2026-11-23T22:30:00Z');
  expect(openingWords('2026-11-23T23:30:00Z', late, 'Asia/Tokyo', 'en', en)).toMatch(/^today at 8:30/);
  expect(openingWords('2026-11-23T23:30:00Z', late, 'Europe/Madrid', 'en', en)).toMatch(/^tomorrow at 12:30/);
});
