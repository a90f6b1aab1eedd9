import { describe, expect, test } from 'vitest';
import { en as callEn } from '../../src/call/text/en';
import { es as callEs } from '../../src/call/text/es';
import { en as errorsEn } from '../../src/i18n/errors/en';
import { es as errorsEs } from '../../src/i18n/errors/es';
import { plural } from '../../src/i18n/format';
import { en as patientEn } from '../../src/patient/text/en';
import { es as patientEs } from '../../src/patient/text/es';

/** Every text of a catalogue by its path; functions are called with numbers or words that show up again. */
function texts(value: unknown, path = ''): [string, string][] {
  if (typeof value === 'string') return [[path, value]];
  if (typeof value === 'function')
    return [[path, String((value as (...values: unknown[]) => unknown)(7, 8))]];
  return Object.entries(value as object).flatMap(([name, inner]) => texts(inner, `${path}/${name}`));
}

const PAIRS = [
  ['patient', patientEn, patientEs],
  ['call', callEn, callEs],
  ['errors', errorsEn, errorsEs],
] as const;

describe.each(PAIRS)('the %s catalogue', (_, en, es) => {
  test('has the same texts in both languages', () => {
    expect(texts(es).map(([path]) => path)).toEqual(texts(en).map(([path]) => path));
  });

  test('has no text that was left untranslated', () => {
    const english = new Map(texts(en));
    const same = texts(es).filter(([path, text]) => text === english.get(path) && /[a-z]{4}/i.test(text));
    expect(same.map(([path]) => path).filter((path) => !SAME_IN_BOTH.has(path))).toEqual([]);
  });
});

const SAME_IN_BOTH = new Set(['/chat', '/chatHeading']);

test('patients never read the words of the house', () => {
  const house = /no[- ]show|declined|\baway\b|\bP[59]0\b|end[- ]to[- ]end|shredded|queue|admit/i;
  const shown = texts(patientEn).filter(([, text]) => house.test(text));
  expect(shown).toEqual([]);
});

test('a count takes the form of its language', () => {
  expect(plural('en', 1, { one: '# person', other: '# people' })).toBe('1 person');
  expect(plural('es', 1_200, { one: '# persona', other: '# personas' })).toMatch(/^1\D?200 personas$/);
});
