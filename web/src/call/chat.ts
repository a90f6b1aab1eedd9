import { type ReadonlySignal, signal } from '@preact/signals';
import type { ChatMessage } from '../signaling/messages';

/** One line of the chat. `failed` ones can be sent again; the server stores each once, by its key. */
export interface ChatLine {
  readonly key: string;
  readonly from: string | null;
  readonly text: string;
  readonly sentAt: string;
  readonly state: 'sending' | 'stored' | 'failed';
}

export const MAX_CHAT_CHARACTERS = 2_000;

type Store = (clientKey: string, text: string) => Promise<ChatMessage>;

/** The chat of one call: what the server has stored, then what is on its way there. */
export class ChatLog {
  readonly #lines = signal<readonly ChatLine[]>([]);
  readonly #unread = signal(0);

  constructor(
    private readonly store: Store,
    private readonly newKey: () => string,
    private readonly now: () => Date = () => new Date(),
  ) {}

  get lines(): ReadonlySignal<readonly ChatLine[]> {
    return this.#lines;
  }

  /** Lines from others since `markRead`. */
  get unread(): ReadonlySignal<number> {
    return this.#unread;
  }

  markRead(): void {
    this.#unread.value = 0;
  }

  /** Takes the stored history, after joining; keeps what is not stored yet, and sends it. */
  begin(history: readonly ChatMessage[]): void {
    const open = this.#lines.value.filter((line) => line.state !== 'stored');
    this.#lines.value = [...history.map(stored), ...open];
    for (const line of open) void this.#deliver(line);
  }

  receive(message: ChatMessage): void {
    if (this.#lines.value.some((line) => line.key === message.id)) return;
    this.#lines.value = [...this.#lines.value, stored(message)];
    this.#unread.value += 1;
  }

  async send(text: string): Promise<void> {
    const trimmed = text.trim().slice(0, MAX_CHAT_CHARACTERS);
    if (trimmed === '') return;
    const sentAt = this.now().toISOString();
    const line: ChatLine = { key: this.newKey(), from: null, text: trimmed, sentAt, state: 'sending' };
    this.#lines.value = [...this.#lines.value, line];
    await this.#deliver(line);
  }

  async #deliver(line: ChatLine): Promise<void> {
    this.#swap(line.key, { ...line, state: 'sending' });
    try {
      this.#swap(line.key, { ...stored(await this.store(line.key, line.text)), from: null });
    } catch {
      this.#swap(line.key, { ...line, state: 'failed' });
    }
  }

  #swap(key: string, line: ChatLine): void {
    const others = this.#lines.value.filter((known) => known.key !== line.key || known.key === key);
    this.#lines.value = others.map((known) => (known.key === key ? line : known));
  }
}

function stored({ id, from, text, sent_at: sentAt }: ChatMessage): ChatLine {
  return { key: id, from, text, sentAt, state: 'stored' };
}
