import { type ReadonlySignal, signal } from '@preact/signals';

const STORED = 'officina-phrases';
/** One for each digit key. */
export const MOST_PHRASES = 9;
const LONGEST = 300;

/**
 * Sentences that are put into a note by one key. Kept in this browser, for whoever works here: so nothing about
 * a patient belongs into them. Null until somebody wrote their own: then those of the catalogue hold.
 */
export class Phrases {
  readonly #own = signal(read());

  get own(): ReadonlySignal<readonly string[] | null> {
    return this.#own;
  }

  keep(lines: string): void {
    this.#own.value = phrasesIn(lines);
    try {
      localStorage.setItem(STORED, JSON.stringify(this.#own.value));
    } catch {
      // Holds for this page only.
    }
  }
}

/** One phrase a line; empty lines and what is too much are left out. */
export function phrasesIn(lines: string): readonly string[] {
  const phrases = lines.split('\n').map((line) => line.trim().slice(0, LONGEST));
  return phrases.filter((phrase) => phrase !== '').slice(0, MOST_PHRASES);
}

/** A note with a phrase put at its end, as a sentence of its own. */
export function withPhrase(note: string, phrase: string): string {
  const before = note.trimEnd();
  return before === '' ? phrase : `${before} ${phrase}`;
}

function read(): readonly string[] | null {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(STORED) ?? 'null');
    const all = Array.isArray(stored) && stored.every((phrase) => typeof phrase === 'string');
    return all ? (stored as string[]).slice(0, MOST_PHRASES) : null;
  } catch {
    return null;
  }
}
