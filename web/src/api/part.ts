import { backoffMs } from '../signaling/backoff';
import { ApiProblem } from './problem';

const TRIES = 4;

/**
 * Fetches a part of the page that comes later: a language, the call. On a bad line it is asked for again; in the
 * end it throws `ApiProblem` (`network`), and the page goes on with what it has.
 */
export async function fetchPart<Part>(
  load: () => Promise<Part>,
  pause: (ms: number) => Promise<void> = later,
): Promise<Part> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await load();
    } catch {
      if (attempt + 1 >= TRIES) throw new ApiProblem('network', 0);
    }
    await pause(backoffMs(attempt));
  }
}

export function later(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}
