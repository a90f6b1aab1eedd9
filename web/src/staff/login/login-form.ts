import { ApiProblem } from '../../api/problem';
import type { Login } from '../../api/types';
import { problemText } from '../../i18n/errors';
import type { StaffText } from '../../i18n/staff';

export interface LoginForm {
  readonly email: string;
  readonly password: string;
  readonly otp: string;
  /** The server asked for the authenticator's code. */
  readonly asked: boolean;
}
export type FieldName = 'email' | 'password' | 'otp';

export interface Failed {
  readonly field: FieldName;
  readonly message: string;
  readonly whole?: 'danger' | 'info';
  readonly asked: boolean;
}

export function otpDigits(typed: string): string {
  return typed.replace(/\D/g, '').slice(0, 6);
}

export function firstMissing(form: LoginForm): FieldName | null {
  if (form.email.trim() === '') return 'email';
  if (form.password === '') return 'password';
  return form.asked && form.otp.length !== 6 ? 'otp' : null;
}

/** Tries to sign in. Answers what went wrong and where the person should look, or null. */
export async function attempt(
  login: (login: Login) => Promise<void>,
  form: LoginForm,
  text: StaffText['login'],
): Promise<Failed | null> {
  try {
    await login({ email: form.email.trim(), password: form.password, ...(form.asked && { otp: form.otp }) });
    return null;
  } catch (error) {
    return failedBy(error, form, text);
  }
}

export function failedBy(error: unknown, form: LoginForm, text: StaffText['login']): Failed {
  const code = error instanceof ApiProblem ? error.code : 'unreadable';
  const message = problemText(error);
  switch (code) {
    case 'second_factor_required':
      return { field: 'otp', message, whole: 'info', asked: true };
    case 'second_factor_wrong':
      return { field: 'otp', message, asked: true };
    case 'login_locked':
      return { field: 'email', message: lockedText(error, text), whole: 'danger', asked: form.asked };
    default:
      return {
        field: code === 'invalid_request' ? 'email' : 'password',
        message,
        whole: 'danger',
        asked: form.asked,
      };
  }
}

function lockedText(error: unknown, text: StaffText['login']): string {
  const seconds = error instanceof ApiProblem ? error.retryAfterS : null;
  return seconds === null ? problemText(error) : text.lockedFor(Math.max(1, Math.ceil(seconds / 60)));
}
