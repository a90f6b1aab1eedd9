import type { Authority, PhoneVisit, Relationship } from '../../api/types';
import type { StaffText } from '../../i18n/staff';

/** What is written down of somebody who rang. */
export interface PhoneForm {
  readonly pharmacyId: string;
  readonly name: string;
  /** YYYY-MM-DD, or empty. */
  readonly birthDate: string;
  readonly phone: string;
  readonly language: string;
  readonly reason: string;
  /** Who speaks for them; null when they speak for themselves. */
  readonly speaker: PhoneSpeaker | null;
}

export interface PhoneSpeaker {
  readonly name: string;
  readonly relationship: Relationship;
  readonly authority: Authority;
}

type Errors = Partial<Record<'name' | 'birthDate' | 'phone' | 'speaker', string>>;

const LEAST_DIGITS = 5;

/** What is missing, by field. */
export function phoneErrors(form: PhoneForm, text: StaffText['phoneVisit']): Errors {
  const errors: Errors = {};
  if (form.name.trim() === '') errors.name = text.nameMissing;
  if (!/^\d{4}-\d{2}-\d{2}$/.test(form.birthDate)) errors.birthDate = text.birthDateMissing;
  if (form.phone.replace(/\D/g, '').length < LEAST_DIGITS) errors.phone = text.phoneMissing;
  if (form.speaker !== null && form.speaker.name.trim() === '') errors.speaker = text.nameMissing;
  return errors;
}

export function phoneVisit(form: PhoneForm): PhoneVisit {
  return {
    pharmacy_id: form.pharmacyId,
    person: {
      name: form.name.trim(),
      birth_date: form.birthDate,
      phone: form.phone.trim(),
      language: form.language,
    },
    speaker: form.speaker && { ...form.speaker, name: form.speaker.name.trim() },
    reason: form.reason.trim() || null,
  };
}
