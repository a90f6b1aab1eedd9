import { type ReadonlySignal, signal } from '@preact/signals';
import type { Client } from '../api/client';
import type { DeviceCheck, InvitationLink, VisitView } from '../api/types';
import type { Connection } from '../signaling/connection';
import type { QueueTick } from '../signaling/messages';
import { afterTick, newer } from '../signaling/place';

/** While the socket is away the visit is read this often. */
const POLL_MS = 10_000;

/**
 * The patient's visit, kept up to date by the socket, and by asking while the socket is away. An older version
 * never replaces a newer one.
 */
export class VisitWatch {
  readonly #visit = signal<VisitView | null>(null);
  readonly #problem = signal<unknown>(null);
  readonly #stops: (() => void)[];

  constructor(
    readonly id: string,
    private readonly client: Client,
    private readonly connection: Connection,
  ) {
    const timer = setInterval(() => void this.#poll(), POLL_MS);
    this.#stops = [
      () => clearInterval(timer),
      connection.on('visit.changed', ({ visit }) => this.#take(visit)),
      connection.on('visit.called', ({ visit_id }) => void this.#called(visit_id)),
      connection.on('queue.tick', (tick) => this.#tick(tick)),
      connection.onOnline(() => void this.#watch()),
    ];
    void this.read();
  }

  get visit(): ReadonlySignal<VisitView | null> {
    return this.#visit;
  }

  /** Why it cannot be shown, if it cannot. */
  get problem(): ReadonlySignal<unknown> {
    return this.#problem;
  }

  async read(): Promise<void> {
    try {
      this.#take(await this.client.get<VisitView>(`visits/${this.id}`));
    } catch (error) {
      if (this.#visit.value === null) this.#problem.value = error;
    }
  }

  deviceCheck(found: DeviceCheck): Promise<void> {
    return this.#act('device-check', found);
  }

  /** Keeps the place while the patient is elsewhere. */
  stepOut(): Promise<void> {
    return this.#act('away');
  }

  comeBack(): Promise<void> {
    return this.#act('return');
  }

  leave(): Promise<void> {
    return this.#act('leave');
  }

  /** Called, and on the way: two more minutes. */
  coming(): Promise<void> {
    return this.#act('coming');
  }

  feelWorse(): Promise<void> {
    return this.#act('worse');
  }

  /** A fresh link to this visit, for another device or for later. */
  async returnLink(): Promise<string> {
    return (await this.client.post<InvitationLink>(`visits/${this.id}/return-link`)).link;
  }

  close(): void {
    for (const stop of this.#stops) stop();
    this.connection.request('visit.unwatch', { visit_id: this.id }).catch(() => undefined);
  }

  async #act(what: string, body?: DeviceCheck): Promise<void> {
    const answer = await this.client.post<VisitView | undefined>(`visits/${this.id}/${what}`, body);
    if (answer) this.#take(answer);
    else await this.read();
  }

  async #watch(): Promise<void> {
    try {
      this.#take((await this.connection.request('visit.watch', { visit_id: this.id })).visit);
    } catch {
      void this.read();
    }
  }

  /** A call is sent until it has arrived: what it means is read where nothing is lost. */
  async #called(visitId: string): Promise<void> {
    if (visitId === this.id && this.#visit.peek()?.state !== 'called') await this.read();
  }

  async #poll(): Promise<void> {
    if (this.connection.status.value !== 'online') await this.read();
  }

  #take(visit: VisitView): void {
    if (visit.id !== this.id) return;
    this.#problem.value = null;
    this.#visit.value = newer(this.#visit.value, visit);
  }

  #tick(tick: QueueTick): void {
    const visit = this.#visit.value;
    if (visit === null) return;
    const next = afterTick(visit, tick);
    if (next === 'missed') void this.#watch();
    else this.#visit.value = next;
  }
}
