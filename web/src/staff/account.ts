import { batch, type ReadonlySignal, signal } from '@preact/signals';
import { Client } from '../api/client';
import { isSignedOut } from '../api/problem';
import { Session } from '../api/session';
import type { Login, Logout, MeView, SessionView } from '../api/types';
import { Connection } from '../signaling/connection';
import { Activity } from './shell/activity';

/** Why the sign-in page is shown. */
export type OutReason = 'first' | 'signedOut' | 'ended' | 'idle';

export type AccountState =
  | { readonly kind: 'starting' }
  | { readonly kind: 'unreachable'; readonly error: unknown }
  | { readonly kind: 'out'; readonly reason: OutReason }
  | { readonly kind: 'in'; readonly me: MeView; readonly connection: Connection };

type Fetch = typeof globalThis.fetch;

/** Who is signed in on this page, their session, and what hangs on it: the API client and the socket. */
export class Account {
  readonly session: Session;
  readonly client: Client;
  readonly activity = new Activity();
  readonly #state = signal<AccountState>({ kind: 'starting' });

  constructor(
    fetch: Fetch = (...request) => globalThis.fetch(...request),
    private readonly connect: (session: Session) => Connection = (session) => new Connection(session).open(),
  ) {
    const watched: Fetch = async (...request) => {
      const response = await fetch(...request);
      if (response.status === 401 && (await saysEnded(response))) this.leave('ended');
      return response;
    };
    this.session = new Session('staff', watched, Date.now, () => this.activity.quietS);
    this.client = new Client(this.session, watched);
  }

  get state(): ReadonlySignal<AccountState> {
    return this.#state;
  }

  /** Signs in silently with the cookie, if there is one that holds. */
  async resume(): Promise<void> {
    this.#state.value = { kind: 'starting' };
    try {
      await this.session.refresh();
      await this.#enter();
    } catch (error) {
      this.#state.value = isSignedOut(error)
        ? { kind: 'out', reason: 'first' }
        : { kind: 'unreachable', error };
    }
  }

  /** Throws `ApiProblem`, such as `second_factor_required`. */
  async login(login: Login): Promise<void> {
    this.activity.touch();
    this.session.open(await this.client.post<SessionView>('auth/login', login, { open: true }));
    await this.#enter();
  }

  /** Ends the session on the server; on this page it ends even if the server cannot be reached. */
  async logout(reason: 'signedOut' | 'idle' = 'signedOut'): Promise<void> {
    try {
      const body: Logout = { audience: 'staff' };
      await this.client.post('auth/logout', body);
    } catch {
      // The page forgets the session all the same; the server ends it by its idle limit.
    }
    this.leave(reason);
  }

  leave(reason: OutReason): void {
    const before = this.#state.peek();
    if (before.kind !== 'in') return;
    before.connection.close();
    batch(() => {
      this.session.forget();
      this.#state.value = { kind: 'out', reason };
    });
  }

  async #enter(): Promise<void> {
    const me = await this.client.get<MeView>('me');
    this.#state.value = { kind: 'in', me, connection: this.connect(this.session) };
  }
}

/** Only a refused renewal and an ended session are final: an expired token is renewed by the client. */
async function saysEnded(response: Response): Promise<boolean> {
  try {
    const { code } = (await response.clone().json()) as { code?: string };
    return code === 'session_ended' || response.url.endsWith('/auth/refresh');
  } catch {
    return false;
  }
}
