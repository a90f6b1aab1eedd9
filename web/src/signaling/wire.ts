/**
 * Socket.IO v5 over Engine.IO v4, as far as Officina speaks it: one WebSocket, the namespace `/`, text packets,
 * events both ways and answers to ours. A twelfth of the stock client's size, which is what a patient on a bad
 * line waits for; the rest of that client (polling, binary, namespaces, its own reconnection) the server refuses.
 */

/** What a `Connection` needs of a socket; a test may stand in for it. */
export interface Wire {
  readonly connected: boolean;
  /** `connect`, `disconnect` (why), `connect_error` (an `Error`, with the server's `data`), and every push. */
  on(name: string, handle: Handle): unknown;
  off(name: string, handle: Handle): unknown;
  /** `inCall`: the server lets in those in a call before others. */
  connect(inCall?: boolean): unknown;
  /** Ends the socket without telling: whoever asked for it knows. */
  disconnect(): unknown;
  timeout(ms: number): { emitWithAck(name: string, payload: unknown): Promise<unknown> };
}

export type Authorise = (give: (payload: object) => void) => void;
// biome-ignore lint/suspicious/noExplicitAny: the typed face of a push is `Connection.on`
type Handle = (value?: any) => void;

interface Question {
  readonly answer: (value: unknown) => void;
  readonly fail: (error: Error) => void;
}

/** From the first byte to the server's greeting. */
const CONNECT_MS = 20_000;
/** `WebSocket.OPEN` */
const OPEN = 1;

export class WebSocketWire implements Wire {
  readonly #handlers = new Map<string, Set<Handle>>();
  readonly #questions = new Map<number, Question>();
  readonly #offline = () => this.#lose('network lost');
  #socket: WebSocket | null = null;
  #connected = false;
  #lastId = 0;
  #quietMs = CONNECT_MS;
  #silence: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly authorise: Authorise,
    private readonly make: (inCall: boolean) => WebSocket = (inCall) =>
      new WebSocket(address(location, inCall)),
  ) {}

  get connected(): boolean {
    return this.#connected;
  }

  on(name: string, handle: Handle): void {
    this.#handlers.set(name, (this.#handlers.get(name) ?? new Set()).add(handle));
  }

  off(name: string, handle: Handle): void {
    this.#handlers.get(name)?.delete(handle);
  }

  connect(inCall = false): void {
    if (this.#socket !== null) return;
    const socket = this.make(inCall);
    this.#socket = socket;
    this.#quietMs = CONNECT_MS;
    this.#heard();
    socket.onmessage = ({ data }) => this.#socket === socket && this.#frame(data);
    socket.onclose = () => this.#socket === socket && this.#lose('transport close');
    globalThis.addEventListener?.('offline', this.#offline);
  }

  disconnect(): void {
    const socket = this.#socket;
    this.#socket = null;
    this.#connected = false;
    clearTimeout(this.#silence);
    globalThis.removeEventListener?.('offline', this.#offline);
    socket?.close();
    for (const { fail } of this.#questions.values()) fail(new Error('the socket is gone'));
    this.#questions.clear();
  }

  timeout(ms: number) {
    return { emitWithAck: (name: string, payload: unknown) => this.#ask(name, payload, ms) };
  }

  #ask(name: string, payload: unknown, ms: number): Promise<unknown> {
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((answer, fail) => {
      const late = setTimeout(() => {
        this.#questions.delete(id);
        fail(new Error('no answer in time'));
      }, ms);
      const settled =
        <Value>(settle: (value: Value) => void) =>
        (value: Value) => {
          clearTimeout(late);
          settle(value);
        };
      this.#questions.set(id, { answer: settled(answer), fail: settled(fail) });
      this.#send(`42${id}${JSON.stringify([name, payload])}`);
    });
  }

  #send(text: string): void {
    if (this.#socket?.readyState === OPEN) this.#socket.send(text);
  }

  /** A server that says nothing for longer than it promised is gone, whatever the browser believes. */
  #heard(): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.#lose('ping timeout'), this.#quietMs);
  }

  #frame(data: unknown): void {
    this.#heard();
    try {
      this.#engine(String(data));
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      this.#lose('parse error');
    }
  }

  /** An Engine.IO packet: greeting, close, ping, message. */
  #engine(text: string): void {
    const body = text.slice(1);
    switch (text[0]) {
      case '0':
        this.#greeted(JSON.parse(body) as { pingInterval: number; pingTimeout: number });
        break;
      case '1':
        this.#lose('transport close');
        break;
      case '2':
        this.#send(`3${body}`);
        break;
      case '4':
        this.#packet(body);
    }
  }

  #greeted({ pingInterval, pingTimeout }: { pingInterval: number; pingTimeout: number }): void {
    const socket = this.#socket;
    this.#quietMs = pingInterval + pingTimeout;
    this.authorise((payload) => {
      if (this.#socket === socket) this.#send(`40${JSON.stringify(payload)}`);
    });
  }

  /** A Socket.IO packet: connected, disconnected, event, answer, refused. */
  #packet(text: string): void {
    const [, kind, id, body] = /^(\d)(\d*)(.*)$/s.exec(text) ?? [];
    const value: unknown = body ? JSON.parse(body) : undefined;
    switch (kind) {
      case '0':
        this.#connected = true;
        this.#tell('connect');
        break;
      case '1':
        this.#lose('io server disconnect');
        break;
      case '2':
        this.#tell(...(value as [string, unknown]));
        // What the server wants acknowledged has a number; what a push did here is no concern of its.
        if (id) this.#send(`43${id}[]`);
        break;
      case '3':
        this.#answered(Number(id), (value as unknown[])[0]);
        break;
      case '4':
        this.disconnect();
        this.#tell('connect_error', refusal(value));
    }
  }

  #answered(id: number, value: unknown): void {
    this.#questions.get(id)?.answer(value);
    this.#questions.delete(id);
  }

  #lose(reason: string): void {
    const was = this.#connected;
    this.disconnect();
    if (was) this.#tell('disconnect', reason);
    else this.#tell('connect_error', new Error(reason));
  }

  #tell(name: string, value?: unknown): void {
    for (const handle of [...(this.#handlers.get(name) ?? [])]) handle(value);
  }
}

function refusal(value: unknown): Error {
  const { message = 'refused', data } = (value ?? {}) as { message?: string; data?: unknown };
  return Object.assign(new Error(message), { data });
}

export function address({ protocol, host }: Pick<Location, 'protocol' | 'host'>, inCall = false): string {
  const scheme = protocol === 'https:' ? 'wss:' : 'ws:';
  return `${scheme}//${host}/socket.io/?EIO=4&transport=websocket${inCall ? '&in_call=1' : ''}`;
}
