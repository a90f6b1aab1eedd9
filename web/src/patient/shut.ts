import { ApiProblem } from '../api/problem';
import type { PharmacyView, PublicQueue } from '../api/types';
import { language } from '../i18n/language';
import { openingWords } from './opening';
import { patientText } from './text';

/** Why a line takes nobody in at the moment, so that a call is offered instead. */
export type Shut = 'full' | 'closed';

export function shutBy(problem: unknown): Shut | null {
  if (!(problem instanceof ApiProblem)) return null;
  return (
    ({ queue_full: 'full', queue_closed: 'closed' } as Partial<Record<string, Shut>>)[problem.code] ?? null
  );
}

/** The reason, and when the line opens, as far as that is known. */
export function shutWords(shut: Shut, pharmacy: PharmacyView, queue: PublicQueue | undefined): string {
  const text = patientText();
  const why = shut === 'full' ? text.callBackFull : text.callBackClosed;
  const opens = shut === 'closed' && queue ? opensWords(pharmacy, queue) : null;
  return opens ? `${why} ${opens}` : why;
}

/** 'Opens tomorrow at 09:00.', or nothing when that is not known. */
export function opensWords(pharmacy: PharmacyView, queue: PublicQueue): string | null {
  const text = patientText();
  if (queue.opens_at === null) return null;
  const when = openingWords(queue.opens_at, new Date(), pharmacy.time_zone, language.value, text);
  return text.opensAgain(when);
}
