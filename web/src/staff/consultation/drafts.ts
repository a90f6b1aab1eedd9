import { signal } from '@preact/signals';
import { newKey } from '../../api/client';

/** A note that is being written. Sent twice under one key, it is in the record once. */
export interface Draft {
  readonly text: string;
  readonly key: string;
}

/**
 * Notes that are being written, by consultation. In memory only: they go with the page or the sign-out.
 *
 * A draft keeps its key however its words change, until it is known to be in the record: after a lost answer,
 * only the server knows whether it is.
 */
export class Drafts {
  readonly #drafts = signal<ReadonlyMap<string, Draft>>(new Map());

  read(consultationId: string): string {
    return this.#drafts.value.get(consultationId)?.text ?? '';
  }

  keep(consultationId: string, text: string): void {
    this.#set(consultationId, { text, key: this.#held(consultationId)?.key ?? newKey() });
  }

  /** The draft as it is to be sent now; null if there is nothing in it. */
  toSend(consultationId: string): Draft | null {
    const draft = this.#held(consultationId);
    return draft === undefined || draft.text.trim() === '' ? null : draft;
  }

  /** These words are in the record. What was written after them, while they were sent, is the next draft. */
  added(consultationId: string, sent: string): void {
    const now = this.read(consultationId);
    const rest = now.startsWith(sent) ? now.slice(sent.length).trimStart() : now;
    this.#set(consultationId, rest === '' ? null : { text: rest, key: newKey() });
  }

  /** Other words are in the record under this draft's key: it is a note of its own now. */
  part(consultationId: string): void {
    this.#set(consultationId, { text: this.read(consultationId), key: newKey() });
  }

  get any(): boolean {
    return [...this.#drafts.value.values()].some(({ text }) => text.trim() !== '');
  }

  #held(consultationId: string): Draft | undefined {
    return this.#drafts.peek().get(consultationId);
  }

  #set(consultationId: string, draft: Draft | null): void {
    const drafts = new Map(this.#drafts.peek());
    if (draft === null) drafts.delete(consultationId);
    else drafts.set(consultationId, draft);
    this.#drafts.value = drafts;
  }
}
