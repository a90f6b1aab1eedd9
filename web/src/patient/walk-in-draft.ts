import { ApiProblem } from '../api/problem';
import type { Authority, Person, PharmacyView, Relationship, WalkIn } from '../api/types';
import { ageAt, type DateParts, isoDate, NO_DATE } from './birth-date';

export type AccessNeed = NonNullable<Person['access_needs']>[number];
export type ContactWay = 'ring' | 'text' | 'voicemail';

/** What the form holds while it is filled in. */
export interface Draft {
  readonly forWhom: 'me' | 'other';
  readonly name: string;
  readonly born: DateParts;
  readonly speakerName: string;
  readonly relationship: Relationship | null;
  readonly authority: Authority | null;
  readonly reason: string;
  readonly phone: string;
  readonly email: string;
  readonly contact: readonly ContactWay[];
  readonly language: string;
  readonly accessNeeds: readonly AccessNeed[];
  readonly confidential: boolean;
  readonly consent: boolean;
}

export function emptyDraft(language: string): Draft {
  return {
    forWhom: 'me',
    name: '',
    born: NO_DATE,
    speakerName: '',
    relationship: null,
    authority: null,
    reason: '',
    phone: '',
    email: '',
    contact: ['ring'],
    language,
    accessNeeds: [],
    confidential: false,
    consent: false,
  };
}

export type WhoFault =
  | 'name'
  | 'speakerName'
  | 'birth'
  | 'future'
  | 'tooYoung'
  | 'relationship'
  | 'authority';

/** What is wrong with the first step, in the order of its fields. */
export function whoFaults(draft: Draft, speakerBelowAge: number, today: Date): WhoFault[] {
  const faults: WhoFault[] = [];
  const other = draft.forWhom === 'other';
  if (other && draft.speakerName.trim() === '') faults.push('speakerName');
  if (other && draft.relationship === null) faults.push('relationship');
  if (other && draft.authority === null) faults.push('authority');
  if (draft.name.trim() === '') faults.push('name');
  const born = isoDate(draft.born);
  if (born === null) faults.push('birth');
  else if (born > today.toISOString().slice(0, 10)) faults.push('future');
  else if (!other && ageAt(born, today) < speakerBelowAge) faults.push('tooYoung');
  return faults;
}

export function phoneIsPlausible(phone: string): boolean {
  const digits = phone.replace(/\D/g, '').length;
  return phone.trim() === '' || (digits >= 5 && digits <= 15 && /^[+\d][\d\s().\-/]*$/.test(phone.trim()));
}

export function emailIsPlausible(email: string): boolean {
  return email.trim() === '' || /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email.trim());
}

/** Ways to reach somebody that the server may refuse, because it knows more about them than this page. */
export type Contact = 'phone' | 'email';

export function blamed(problem: unknown): Contact | null {
  const fields = problem instanceof ApiProblem ? problem.fields : [];
  const found = (['phone', 'email'] as const).find((way) =>
    fields.some(({ pointer }) => pointer.endsWith(`/${way}`)),
  );
  return found ?? null;
}

/** A way that the server refused, with what was written then. */
export interface Refused {
  readonly way: Contact;
  readonly value: string;
}

/** Which ways need another look. */
export function reachFaults(draft: Draft, refused: Refused | null): Readonly<Record<Contact, boolean>> {
  const isRefused = (way: Contact) => refused?.way === way && refused.value === draft[way];
  return {
    phone: !phoneIsPlausible(draft.phone) || isRefused('phone'),
    email: !emailIsPlausible(draft.email) || isRefused('email'),
  };
}

/** The request that the finished form makes. */
export function walkInOf(draft: Draft, queueId: string, pharmacy: PharmacyView): WalkIn {
  const phone = draft.phone.trim();
  const may = (way: ContactWay) => phone !== '' && draft.contact.includes(way);
  return {
    queue_id: queueId,
    person: {
      name: draft.name.trim(),
      // The first step does not let go of anything else.
      birth_date: isoDate(draft.born) ?? '',
      phone: phone === '' ? null : phone,
      email: draft.email.trim() === '' ? null : draft.email.trim(),
      language: draft.language,
      access_needs: [...draft.accessNeeds],
      safe_contact: { ring: may('ring'), text: may('text'), voicemail: may('voicemail') },
    },
    speaker:
      draft.forWhom === 'other' && draft.relationship && draft.authority
        ? { name: draft.speakerName.trim(), relationship: draft.relationship, authority: draft.authority }
        : null,
    reason: draft.reason.trim() === '' ? null : draft.reason.trim(),
    confidential: draft.confidential,
    video_consent: draft.consent,
    consent_version: pharmacy.consent_version,
  };
}
