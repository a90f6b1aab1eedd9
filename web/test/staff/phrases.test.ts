import { afterEach, expect, test, vi } from 'vitest';
import { MOST_PHRASES, Phrases, phrasesIn, withPhrase } from '../../src/staff/consultation/phrases';

afterEach(() => vi.unstubAllGlobals());

function storage(kept: Record<string, string> = {}): Record<string, string> {
  vi.stubGlobal('localStorage', {
    getItem: (name: string) => kept[name] ?? null,
    setItem: (name: string, value: string) => {
      kept[name] = value;
    },
  });
  return kept;
}

test('one phrase a line, without empty lines, no more than there are digits', () => {
  expect(phrasesIn(' No allergies. \n\n Rest.')).toEqual(['No allergies.', 'Rest.']);
  expect(phrasesIn('x\n'.repeat(12))).toHaveLength(MOST_PHRASES);
});

test('a phrase begins a note, or goes on with it', () => {
  expect(withPhrase('', 'Rest.')).toBe('Rest.');
  expect(withPhrase('Cough since Monday.\n', 'Rest.')).toBe('Cough since Monday. Rest.');
});

test('own phrases are found again on this device; until then there are none', () => {
  const kept = storage();
  expect(new Phrases().own.value).toBeNull();
  new Phrases().keep('Rest.\nWater.');
  expect(new Phrases().own.value).toEqual(['Rest.', 'Water.']);
  expect(Object.keys(kept)).toHaveLength(1);
});

test.each(['{', '"text"', '[1, 2]', '{"a": 1}'])('what is stored wrongly counts as nothing: %s', (stored) => {
  storage({ 'officina-phrases': stored });
  expect(new Phrases().own.value).toBeNull();
});
