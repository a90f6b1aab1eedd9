import type { Problem } from './types';

/** `network`: no answer came. `unreadable`: an answer that is not ours, such as a proxy's error page. */
export type ProblemCode = Problem['code'] | 'network' | 'unreadable';

/** The server said no, or could not be reached. React to `code`; the page translates it. */
export class ApiProblem extends Error {
  constructor(
    readonly code: ProblemCode,
    readonly status: number,
    readonly fields: readonly { readonly pointer: string; readonly reason: string }[] = [],
    readonly retryAfterS: number | null = null,
  ) {
    super(code);
    this.name = 'ApiProblem';
  }
}

/** Reads an answer that is not a success. Never throws anything itself. */
export async function problemOf(response: Response): Promise<ApiProblem> {
  const retryAfterS = Number.parseInt(response.headers.get('Retry-After') ?? '', 10);
  const wait = Number.isNaN(retryAfterS) ? null : retryAfterS;
  try {
    const body = (await response.json()) as Partial<Problem>;
    if (typeof body.code === 'string') return new ApiProblem(body.code, response.status, body.fields, wait);
  } catch {
    // Not JSON: told as `unreadable`.
  }
  return new ApiProblem('unreadable', response.status, [], wait);
}

export function isSignedOut(error: unknown): boolean {
  return error instanceof ApiProblem && error.status === 401;
}
