import { ApiProblem, type ProblemCode } from '../../api/problem';
import { defineText } from '../language';

const text = defineText<Readonly<Record<ProblemCode, string>>>({
  en: async () => (await import('./en')).en,
  es: async () => (await import('./es')).es,
});

/** What to tell a person about a failure. A code this page does not know yet is told as `unreadable`. */
export function problemText(error: unknown): string {
  const words: Readonly<Record<string, string>> = text();
  const code = error instanceof ApiProblem ? error.code : 'unreadable';
  return words[code] ?? text().unreadable;
}
