import type { QueueView, VisitorInLine } from '../../src/api/types';

/** Somebody in a line: ready, by themselves, with nothing special. */
export function visitor(id: string, more: Partial<VisitorInLine> = {}): VisitorInLine {
  return {
    id,
    state: 'waiting',
    place: 1,
    priority_class: 'routine',
    person_name: id,
    birth_date: null,
    speaker: null,
    reason: null,
    language: 'en',
    access_needs: [],
    confidential: false,
    phone: null,
    can_ring: false,
    device_check: null,
    pharmacy_name: 'Mill Lane',
    arrived_at: '2026-03-01T10:00:00.000Z',
    calls: 0,
    consultation_id: null,
    pharmacist_id: null,
    skills: [],
    appointment_at: null,
    urgent_reason: null,
    worse_at: null,
    coming: false,
    phone_only: false,
    reach: 'none',
    matches: true,
    is_next: false,
    ...more,
  };
}

export function queue(line: VisitorInLine[], more: Partial<QueueView> = {}): QueueView {
  return {
    id: 'queue',
    name: 'Queue',
    version: 1,
    state: 'open',
    line,
    called: [],
    in_consultation: [],
    pause_message: null,
    capacity: 30,
    answer_time_s: 180,
    wait_alert_s: 900,
    on_duty: [],
    call_backs: 0,
    wait: { kind: 'unknown', reason: 'too_little_history' },
    pharmacies: [],
    ...more,
  };
}
