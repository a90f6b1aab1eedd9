import { backoffMs } from '../signaling/backoff';
import { ApiProblem, problemOf } from './problem';
import type { Session } from './session';

export interface CallOptions {
  /** Makes a POST safe to repeat. Required by the endpoints that name it; see `newKey`. */
  readonly idempotencyKey?: string;
  /** Send no token: for what anybody may ask. */
  readonly open?: boolean;
  readonly signal?: AbortSignal;
}

const TRIES = 4;
const PASSING = new Set([502, 503, 504]);

/** A fresh value for `Idempotency-Key`: one per thing the person did, kept over its retries. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * The HTTP API. Answers the decoded body, or throws `ApiProblem`.
 *
 * Calls that are safe to repeat (GET, PUT, PATCH, DELETE, and POST with a key) are tried again after network errors;
 * an expired token is renewed once.
 */
export class Client {
  constructor(
    readonly session: Session,
    private readonly fetch: typeof globalThis.fetch = (...request) => globalThis.fetch(...request),
    private readonly pause: (ms: number) => Promise<void> = (ms) =>
      new Promise((done) => setTimeout(done, ms)),
  ) {}

  get<T>(path: string, options: CallOptions = {}): Promise<T> {
    return this.#call<T>('GET', path, undefined, options);
  }

  post<T>(path: string, body?: unknown, options: CallOptions = {}): Promise<T> {
    return this.#call<T>('POST', path, body, options);
  }

  put<T>(path: string, body?: unknown, options: CallOptions = {}): Promise<T> {
    return this.#call<T>('PUT', path, body, options);
  }

  patch<T>(path: string, body?: unknown, options: CallOptions = {}): Promise<T> {
    return this.#call<T>('PATCH', path, body, options);
  }

  delete<T>(path: string, options: CallOptions = {}): Promise<T> {
    return this.#call<T>('DELETE', path, undefined, options);
  }

  async #call<T>(method: string, path: string, body: unknown, options: CallOptions): Promise<T> {
    const repeatable = method !== 'POST' || options.idempotencyKey !== undefined;
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await this.#once<T>(method, path, body, options);
      } catch (error) {
        if (!repeatable || attempt + 1 >= TRIES || !passes(error)) throw error;
        await this.pause(backoffMs(attempt));
      }
    }
  }

  async #once<T>(method: string, path: string, body: unknown, options: CallOptions): Promise<T> {
    const response = await this.#send(method, path, body, options);
    if (response.status === 401 && !options.open) {
      const problem = await problemOf(response);
      if (problem.code !== 'token_expired' && problem.code !== 'unauthenticated') throw problem;
      await this.session.refresh();
      return read<T>(await this.#send(method, path, body, options));
    }
    return read<T>(response);
  }

  async #send(method: string, path: string, body: unknown, options: CallOptions): Promise<Response> {
    const headers: Record<string, string> = { Accept: 'application/json' };
    if (!options.open) headers.Authorization = `Bearer ${await this.session.token()}`;
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    if (options.idempotencyKey !== undefined) headers['Idempotency-Key'] = options.idempotencyKey;
    const request: RequestInit = { method, headers };
    if (body !== undefined) request.body = JSON.stringify(body);
    if (options.signal) request.signal = options.signal;
    try {
      return await this.fetch(`/api/v1/${path}`, request);
    } catch (error) {
      if (options.signal?.aborted) throw error;
      throw new ApiProblem('network', 0);
    }
  }
}

async function read<T>(response: Response): Promise<T> {
  if (!response.ok) throw await problemOf(response);
  if (response.status === 204) return undefined as T;
  return (await response.json()) as T;
}

function passes(error: unknown): boolean {
  return error instanceof ApiProblem && (error.code === 'network' || PASSING.has(error.status));
}
