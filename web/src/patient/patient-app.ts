import { signal } from '@preact/signals';
import { Client } from '../api/client';
import { Session } from '../api/session';
import type { Entrance, Logout, MeView, PharmacyView } from '../api/types';
import { LocalMedia } from '../call/media';
import { Connection } from '../signaling/connection';
import { Alerts } from './alerts';
import { Notifications } from './notifications';
import { VisitWatch } from './visit-watch';

/** What the header shows of the pharmacy, from whatever was read first. */
export type PharmacyCard = Pick<PharmacyView, 'name' | 'phone' | 'emergency_number' | 'red_flags' | 'slug'>;

/** Everything a patient's page holds: made once, handed to the views. */
export class PatientApp {
  readonly session = new Session('patient');
  readonly client = new Client(this.session);
  readonly media = new LocalMedia();
  readonly alerts = new Alerts();
  readonly notifications = new Notifications();
  readonly pharmacy = signal<PharmacyCard | null>(null);
  /** The link to come back on another device. In memory only: it lets in whoever holds it. */
  readonly returnLink = signal<string | null>(null);
  /** We called, nobody came, and the place was kept. */
  readonly missedCall = signal(false);
  /** The pharmacy moved the visit to another line. */
  readonly passedOn = signal(false);
  readonly guestConsultation = signal<string | null>(null);
  readonly visit = signal<VisitWatch | null>(null);
  #connection: Connection | null = null;

  get connection(): Connection {
    this.#connection ??= new Connection(this.session).open();
    return this.#connection;
  }

  /** Goes in with what a walk-in or a link answered. */
  enter(entrance: Entrance): void {
    this.#connection?.close();
    this.#connection = null;
    this.session.open(entrance.session);
    this.returnLink.value = entrance.return_link ?? null;
    this.passedOn.value = false;
    this.missedCall.value = false;
    if (entrance.visit) this.#follow(entrance.visit.id);
    else this.guestConsultation.value = entrance.consultation_id ?? null;
  }

  /** Goes in again after a reload. Says whether there is something to come back to. Throws `ApiProblem`. */
  async resume(): Promise<boolean> {
    const me = await this.client.get<MeView>('me');
    if (me.visit_id) this.#follow(me.visit_id);
    else this.guestConsultation.value = me.consultation_id ?? null;
    return this.visit.value !== null || this.guestConsultation.value !== null;
  }

  /** A transferred visit goes on as its successor. */
  follow(visitId: string): void {
    this.passedOn.value = true;
    this.returnLink.value = null;
    this.#follow(visitId);
  }

  /** Ends the session, so that nobody who takes up this device comes back to the visit. */
  async forget(): Promise<void> {
    const body: Logout = { audience: 'patient' };
    await this.client.post('auth/logout', body, { open: true }).catch(() => undefined);
  }

  #follow(visitId: string): void {
    this.visit.value?.close();
    this.visit.value = new VisitWatch(visitId, this.client, this.connection);
  }
}
