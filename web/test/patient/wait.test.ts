import { describe, expect, test } from 'vitest';
import { en } from '../../src/patient/text/en';
import { es } from '../../src/patient/text/es';
import { waitReason, waitWords } from '../../src/patient/wait';

const range = (from_minutes: number, to_minutes: number) => ({
  kind: 'range' as const,
  from_minutes,
  to_minutes,
});

describe('the wait in plain words', () => {
  test.each([
    [range(9, 18), 'likely 10–20 minutes'],
    [range(3, 7), 'likely 3–7 minutes'],
    [range(0, 1), 'likely less than 2 minutes'],
    [range(0, 8), 'likely less than 8 minutes'],
    [range(13, 14), 'likely about 15 minutes'],
    [range(41, 75), 'likely 40–75 minutes'],
    [range(50, 95), 'likely 0.5 to 2 hours'],
    [range(20, 80), 'likely up to 1.5 hours'],
    [range(120, 120), 'likely about 2 hours'],
  ])('%j reads %s', (wait, words) => {
    expect(waitWords(wait, en, 'en')).toBe(words);
  });

  test('speaks Spanish with Spanish decimals', () => {
    expect(waitWords(range(20, 80), es, 'es')).toBe('probablemente hasta 1,5 horas');
  });

  test('admits that it does not know, and says why', () => {
    const wait = { kind: 'unknown' as const, reason: 'nobody_on_duty' as const };
    expect(waitWords(wait, en, 'en')).toBe('We cannot say yet');
    expect(waitReason(wait, en)).toContain('once a pharmacist');
    expect(waitReason(range(1, 2), en)).toBeNull();
  });
});
