import { expect, test } from 'vitest';
import { en } from '../../src/i18n/staff/en';
import { type PhoneForm, phoneErrors, phoneVisit } from '../../src/staff/counter/phone-form';

const form: PhoneForm = {
  pharmacyId: 'p',
  name: ' Ana López ',
  birthDate: '1950-01-02',
  phone: '+34 910 123 456',
  language: 'es',
  reason: ' ',
  speaker: null,
};

test('what was written down becomes a visit, without blanks around it', () => {
  expect(phoneErrors(form, en.phoneVisit)).toEqual({});
  expect(phoneVisit(form)).toEqual({
    pharmacy_id: 'p',
    person: { name: 'Ana López', birth_date: '1950-01-02', phone: '+34 910 123 456', language: 'es' },
    speaker: null,
    reason: null,
  });
});

test('who speaks for somebody has a name', () => {
  const speaker = { name: ' ', relationship: 'parent', authority: 'parental' } as const;
  expect(phoneErrors({ ...form, speaker }, en.phoneVisit)).toEqual({ speaker: en.phoneVisit.nameMissing });
  expect(phoneVisit({ ...form, speaker: { ...speaker, name: 'Eva ' } }).speaker?.name).toBe('Eva');
});

test.each([
  ['name', ' '],
  ['birthDate', ''],
  ['phone', '12 34'],
] as const)('%s is missed when it is %j', (field, value) => {
  expect(Object.keys(phoneErrors({ ...form, [field]: value }, en.phoneVisit))).toEqual([field]);
});
