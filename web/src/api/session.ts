import { ApiProblem, problemOf } from './problem';
import type { Refresh, SessionView } from './types';

export type Audience = Refresh['audience'];

/** A token is renewed this long before it ends, so that no request meets its last moment. */
const MARGIN_MS = 30_000;

/**
 * The access token of one audience, in memory only. The refresh token is a cookie that scripts cannot read.
 * At most one refresh is under way, in this tab and (where the browser has locks) in all tabs.
 */
export class Session {
  #view: SessionView | null = null;
  #refreshing: Promise<SessionView> | null = null;

  constructor(
    readonly audience: Audience,
    private readonly fetch: typeof globalThis.fetch = (...request) => globalThis.fetch(...request),
    private readonly now: () => number = Date.now,
    /** For how many seconds nobody has touched the page: the server ends an idle session by it. */
    private readonly quietS: () => number = () => 0,
  ) {}

  get role(): SessionView['role'] | null {
    return this.#view?.role ?? null;
  }

  open(view: SessionView): void {
    this.#view = view;
  }

  forget(): void {
    this.#view = null;
  }

  /** A token that still holds for a while. Throws `ApiProblem` (401) when signed out. */
  async token(): Promise<string> {
    const view = this.#view;
    if (view !== null && Date.parse(view.expires_at) - this.now() > MARGIN_MS) return view.access_token;
    return (await this.refresh()).access_token;
  }

  /** Renews the token with the cookie; callers at the same time share one request. */
  refresh(): Promise<SessionView> {
    this.#refreshing ??= this.#renew().finally(() => {
      this.#refreshing = null;
    });
    return this.#refreshing;
  }

  async #renew(): Promise<SessionView> {
    const name = `officina-refresh-${this.audience}`;
    const locks = globalThis.navigator?.locks;
    const view = await (locks ? locks.request(name, () => this.#post()) : this.#post());
    this.#view = view;
    return view;
  }

  async #post(): Promise<SessionView> {
    const body: Refresh = { audience: this.audience, idle_s: this.quietS() };
    let response: Response;
    try {
      response = await this.fetch('/api/v1/auth/refresh', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      });
    } catch {
      throw new ApiProblem('network', 0);
    }
    if (!response.ok) throw await problemOf(response);
    return (await response.json()) as SessionView;
  }
}
