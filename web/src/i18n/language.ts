import { computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import { fetchPart } from '../api/part';

export const LANGUAGES = ['en', 'es'] as const;
export type Language = (typeof LANGUAGES)[number];

/** What each language calls itself, for the switch. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { en: 'English', es: 'Español' };

const STORED = 'officina-language';

type Load<Text> = () => Promise<Text>;
interface Catalogue {
  load(language: Language): Promise<void>;
}

const catalogues: Catalogue[] = [];
const current = signal<Language>('en');

export const language: ReadonlySignal<Language> = computed(() => current.value);

export function isLanguage(value: string | null | undefined): value is Language {
  return LANGUAGES.some((known) => known === value);
}

/**
 * Declares a catalogue: one module per language, fetched when that language is first used. The function it
 * answers gives the text in the current language, and a component that calls it follows a change.
 */
export function defineText<Text>(loads: Readonly<Record<Language, Load<Text>>>): () => Text {
  const loaded = new Map<Language, Text>();
  catalogues.push({
    async load(wanted) {
      if (!loaded.has(wanted)) loaded.set(wanted, await fetchPart(loads[wanted]));
    },
  });
  return () => {
    const text = loaded.get(current.value);
    if (text === undefined) throw new Error('setLanguage has not finished');
    return text;
  };
}

/** Loads the catalogues of a language, then switches every text at once. Throws `ApiProblem` on a bad line. */
export async function setLanguage(wanted: Language): Promise<void> {
  await loadTexts(wanted);
  current.value = wanted;
}

/** Loads what a language still lacks: also the catalogues of parts that came after the page. */
export async function loadTexts(wanted: Language = current.peek()): Promise<void> {
  await Promise.all(catalogues.map((catalogue) => catalogue.load(wanted)));
}

/** The first language that can be had: the one wanted, else English. Says whether there was one. */
export async function firstLanguage(wanted: Language): Promise<boolean> {
  for (const tag of new Set<Language>([wanted, 'en'])) {
    try {
      await setLanguage(tag);
      return true;
    } catch {
      // The other one may come through, or lie in the browser's store.
    }
  }
  return false;
}

/** The person chose: remembered on this device. */
export async function chooseLanguage(wanted: Language): Promise<void> {
  try {
    localStorage.setItem(STORED, wanted);
  } catch {
    // A browser that stores nothing still switches.
  }
  await setLanguage(wanted);
}

/** What the person chose before on this device, else the first of `preferred` that we speak, else English. */
export function likelyLanguage(preferred: readonly string[]): Language {
  const tags = [storedLanguage(), ...preferred].map((tag) => tag?.slice(0, 2).toLowerCase());
  return tags.find(isLanguage) ?? 'en';
}

export function storedLanguage(): Language | null {
  try {
    const stored = localStorage.getItem(STORED);
    return isLanguage(stored) ? stored : null;
  } catch {
    return null;
  }
}

/** Keeps the page's `lang` with the language. Call once. */
export function followLanguage(root: HTMLElement = document.documentElement): () => void {
  return effect(() => {
    root.lang = current.value;
  });
}
