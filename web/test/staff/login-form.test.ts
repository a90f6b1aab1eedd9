import { beforeAll, describe, expect, test } from 'vitest';
import { ApiProblem } from '../../src/api/problem';
import { setLanguage } from '../../src/i18n/language';
import { en } from '../../src/i18n/staff/en';
import { failedBy, firstMissing, type LoginForm, otpDigits } from '../../src/staff/login/login-form';

const form: LoginForm = { email: 'a@b.c', password: 'secret', otp: '', asked: false };
const failed = (code: ApiProblem['code'], retryAfterS: number | null = null, from = form) =>
  failedBy(new ApiProblem(code, 401, [], retryAfterS), from, en.login);

beforeAll(() => setLanguage('en'));

describe('what is missing', () => {
  test('is told field by field, the code only when it was asked for', () => {
    expect(firstMissing({ ...form, email: '  ' })).toBe('email');
    expect(firstMissing({ ...form, password: '' })).toBe('password');
    expect(firstMissing(form)).toBeNull();
    expect(firstMissing({ ...form, asked: true, otp: '12345' })).toBe('otp');
    expect(firstMissing({ ...form, asked: true, otp: '123456' })).toBeNull();
  });
});

test('a code may be pasted with spaces', () => {
  expect(otpDigits('123 456')).toBe('123456');
  expect(otpDigits('12345678')).toBe('123456');
});

describe('a refusal', () => {
  test('that asks for the code shows its field', () => {
    expect(failed('second_factor_required')).toMatchObject({ field: 'otp', asked: true, whole: 'info' });
  });

  test('of a wrong code stays at the code', () => {
    expect(failed('second_factor_wrong', null, { ...form, asked: true })).toMatchObject({
      field: 'otp',
      asked: true,
    });
  });

  test('of wrong credentials does not say which of them', () => {
    expect(failed('wrong_credentials')).toMatchObject({ field: 'password', whole: 'danger' });
  });

  test('for too many attempts says when to try again', () => {
    expect(failed('login_locked', 61).message).toBe('Too many failed attempts. Try again in 2 minutes.');
  });
});
