import { type ReadonlySignal, signal } from '@preact/signals';
import { reconnectMs } from './backoff';
import {
  PROTOCOL,
  type Pushes,
  type PushName,
  type RequestName,
  type Requests,
  type SignalCode,
} from './messages';
import { type Authorise, WebSocketWire, type Wire } from './wire';

/**
 * `closed` is final: somebody closed it, or the session ended (`reason` says which). The rest come and go.
 */
export type LinkStatus = 'connecting' | 'online' | 'offline' | 'closed';

/** A signalling request was refused, or got no answer in time (`no_answer`). */
export class SignalProblem extends Error {
  constructor(readonly code: SignalCode | 'no_answer' | 'offline') {
    super(code);
    this.name = 'SignalProblem';
  }
}

/** Where tokens come from: `api/session.ts` fits. */
export interface TokenSource {
  token(): Promise<string>;
  refresh(): Promise<{ readonly access_token: string }>;
}

export type MakeWire = (auth: Authorise) => Wire;

const ANSWER_MS = 10_000;

const overWebSocket: MakeWire = (auth) => new WebSocketWire(auth);

/**
 * The signalling socket: typed requests with an answer each, typed pushes, and its own reconnection.
 *
 * Nothing sent by the server has to arrive: `onOnline` runs after every connect, and whoever watches something
 * asks for it again there. Knows nothing of the page.
 */
export class Connection {
  readonly #status = signal<LinkStatus>('connecting');
  readonly #online = new Set<() => void>();
  readonly #wire: Wire;
  #attempt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stale = false;
  #inRoom = false;
  #isCounter = false;

  constructor(
    private readonly tokens: TokenSource,
    makeWire: MakeWire = overWebSocket,
    private readonly random: () => number = Math.random,
  ) {
    this.#wire = makeWire((give) => void this.#authorise(give));
    this.#wire.on('connect', () => this.#connected());
    this.#wire.on('disconnect', () => this.#lost());
    this.#wire.on('connect_error', (error: ConnectError) => this.#refused(error));
    this.on('session.expiring', () => void this.#renew());
    this.on('room.ended', () => this.#notice('room.leave'));
  }

  get status(): ReadonlySignal<LinkStatus> {
    return this.#status;
  }

  open(): this {
    this.#wire.connect();
    return this;
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#status.value = 'closed';
    this.#wire.disconnect();
  }

  /** Tries at once, for a moment when the network is known to be back. */
  hurry(): void {
    if (this.#status.value !== 'offline') return;
    clearTimeout(this.#timer);
    this.#attempt = 0;
    this.#wire.connect(this.#inRoom);
  }

  /** Runs after every connect, and now if connected. Answers the function that stops it. */
  onOnline(run: () => void): () => void {
    this.#online.add(run);
    if (this.#status.value === 'online') run();
    return () => void this.#online.delete(run);
  }

  on<Name extends PushName>(name: Name, handle: (payload: Pushes[Name]) => void): () => void {
    this.#wire.on(name, handle);
    return () => void this.#wire.off(name, handle);
  }

  /** Sends and waits for the answer. Throws `SignalProblem`. */
  async request<Name extends RequestName>(
    name: Name,
    payload: Requests[Name]['payload'],
  ): Promise<Requests[Name]['ok']> {
    if (!this.#wire.connected) throw new SignalProblem('offline');
    let answer: Acknowledged<Requests[Name]['ok']>;
    try {
      answer = (await this.#wire.timeout(ANSWER_MS).emitWithAck(name, payload)) as typeof answer;
    } catch {
      throw new SignalProblem('no_answer');
    }
    if (answer.error) throw new SignalProblem(answer.error.code);
    this.#notice(name);
    return answer.ok as Requests[Name]['ok'];
  }

  /** Whom others wait for comes back sooner: who is in a call, and who serves a queue. */
  #notice(done: RequestName): void {
    if (done === 'room.join') this.#inRoom = true;
    if (done === 'room.leave') this.#inRoom = false;
    if (done === 'queue.watch') this.#isCounter = true;
  }

  async #authorise(give: (payload: object) => void): Promise<void> {
    try {
      const fresh = this.#stale ? (await this.tokens.refresh()).access_token : await this.tokens.token();
      this.#stale = false;
      give({ token: fresh, protocol: PROTOCOL });
    } catch (error) {
      if ((error as { status?: number }).status === 401) this.close();
      else this.#lost();
    }
  }

  async #renew(): Promise<void> {
    try {
      const { access_token: token } = await this.tokens.refresh();
      await this.request('auth.refresh', { token });
    } catch {
      // The server closes the socket at expiry; reconnecting asks for a token again.
    }
  }

  #connected(): void {
    this.#attempt = 0;
    this.#status.value = 'online';
    for (const run of [...this.#online]) run();
  }

  #refused(error: ConnectError): void {
    const code = error.data?.code;
    if (code === 'session_ended' || code === 'protocol_unsupported') {
      this.close();
      return;
    }
    this.#stale = code === 'token_expired' || code === 'unauthenticated';
    const seconds = error.data?.retry_after_s;
    this.#lost(seconds === undefined ? undefined : (seconds + this.random()) * 1_000);
  }

  #lost(
    pauseMs = reconnectMs(this.#attempt, { inCall: this.#inRoom || this.#isCounter, random: this.random }),
  ): void {
    if (this.#status.value === 'closed') return;
    this.#status.value = 'offline';
    clearTimeout(this.#timer);
    // `authorise` may have failed while the transport is open: begin again from nothing.
    this.#timer = setTimeout(() => {
      this.#wire.disconnect();
      this.#wire.connect(this.#inRoom);
    }, pauseMs);
    this.#attempt += 1;
  }
}

type ConnectError = Error & { data?: { code?: string; retry_after_s?: number } };
interface Acknowledged<Ok> {
  readonly ok?: Ok;
  readonly error?: { readonly code: SignalCode };
}
