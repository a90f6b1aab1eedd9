import { beforeEach, expect, test, vi } from 'vitest';

vi.mock('../../src/signaling/backoff', () => ({ backoffMs: () => 0 }));

const lost = () => Promise.reject(new TypeError('no line'));

beforeEach(() => vi.resetModules());

test('a language that cannot be fetched at the start gives way to English', async () => {
  const { defineText, firstLanguage, language } = await import('../../src/i18n/language');
  const text = defineText<string>({ en: async () => 'Hello', es: lost });
  expect(await firstLanguage('es')).toBe(true);
  expect([language.value, text()]).toEqual(['en', 'Hello']);
});

test('without any words the page knows that it has none', async () => {
  const { defineText, firstLanguage } = await import('../../src/i18n/language');
  defineText<string>({ en: lost, es: lost });
  expect(await firstLanguage('es')).toBe(false);
});

test('a switch that fails leaves everything in the language it was in', async () => {
  const { defineText, language, setLanguage } = await import('../../src/i18n/language');
  const text = defineText<string>({ en: async () => 'Hello', es: lost });
  await setLanguage('en');
  await expect(setLanguage('es')).rejects.toMatchObject({ code: 'network' });
  expect([language.value, text()]).toEqual(['en', 'Hello']);
});

test('words of a part that came later are fetched in the language of the page', async () => {
  const { defineText, loadTexts, setLanguage } = await import('../../src/i18n/language');
  await setLanguage('es');
  const text = defineText<string>({ en: async () => 'Call', es: async () => 'Llamada' });
  expect(text).toThrow();
  await loadTexts();
  expect(text()).toBe('Llamada');
});
