import { expect, test } from 'vitest';
import type { QueueSettingsView } from '../../src/api/types';
import { en } from '../../src/i18n/staff/en';
import { changesOf, formErrors, formOf } from '../../src/staff/admin/queue-form';

const SETTINGS: QueueSettingsView = {
  id: 'q',
  name: 'Advice',
  capacity: 200,
  answer_time_s: 150,
  wait_alert_s: 900,
  notify_ahead: 3,
  languages: ['en'],
  opening_hours: [{ weekday: 0, opens: '09:00', closes: '18:00' }],
  time_zone: null,
  urgent_head_start_s: 14_400,
  scheduled_head_start_s: 3_600,
  window_before_s: 600,
  window_after_s: 900,
  service_prior_s: 480,
};
const form = formOf(SETTINGS);

test('what is read and not changed is not sent', () => {
  expect(form.answerMin).toBe('2.5');
  expect(changesOf(form, SETTINGS)).toEqual({});
});

test('only what was changed is sent, in the units of the server', () => {
  const hours = [...form.hours, { weekday: 1, opens: '22:00', closes: '02:00' }];
  expect(changesOf({ ...form, alertMin: '20', hours }, SETTINGS)).toEqual({
    wait_alert_s: 1_200,
    opening_hours: hours,
  });
});

test.each([
  ['capacity', '0'],
  ['capacity', '2.5'],
  ['capacity', ''],
  ['answerMin', '61'],
  ['alertMin', 'soon'],
] as const)('%s cannot be %j', (field, value) => {
  expect(Object.keys(formErrors({ ...form, [field]: value }, en.admin))).toEqual([field]);
});

test('a queue has a language, and each span a beginning and another end', () => {
  expect(formErrors(form, en.admin)).toEqual({});
  expect(formErrors({ ...form, languages: [] }, en.admin).languages).toBe(en.admin.languageMissing);
  const empty = { weekday: 0, opens: '', closes: '18:00' };
  const none = { weekday: 0, opens: '09:00', closes: '09:00' };
  for (const span of [empty, none]) {
    expect(formErrors({ ...form, hours: [span] }, en.admin).hours).toBe(en.admin.hoursWrong);
  }
});
