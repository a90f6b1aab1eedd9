import { useEffect, useRef, useState } from 'preact/hooks';
import { useDocumentTitle, ViewHeading } from '../../a11y/title';
import { Button } from '../../design/button';
import { TextField } from '../../design/field';
import { LanguageSwitch } from '../../design/language-switch';
import { Notice } from '../../design/notice';
import { type StaffText, staffText } from '../../i18n/staff';
import type { OutReason } from '../account';
import { useDesk } from '../context';
import { Brand } from '../shell/brand';
import { attempt, type FieldName, firstMissing, type LoginForm, otpDigits } from './login-form';

/** E-mail and password; the authenticator's code only for those whose account asks for it. */
export function LoginPage({ reason }: { reason: OutReason }) {
  const text = staffText();
  useDocumentTitle(text.title(text.login.heading));
  return (
    <main class="login" id="main">
      <div class="login-card card stack">
        <Brand />
        <div>
          <ViewHeading>{text.login.heading}</ViewHeading>
          <p class="soft">{text.login.lead}</p>
        </div>
        {reason !== 'first' && <Notice role="status">{text.login[reason]}</Notice>}
        <Form />
        <p class="soft small">{text.login.patient}</p>
      </div>
      <LanguageSwitch />
    </main>
  );
}

function Form() {
  const { account } = useDesk();
  const text = staffText().login;
  const form = useRef<HTMLFormElement>(null);
  const [values, setValues] = useState<LoginForm>({ email: '', password: '', otp: '', asked: false });
  const [problem, setProblem] = useState<Shown | null>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => focusField(form.current, problem?.field), [problem]);
  const change = (part: Partial<LoginForm>) => setValues((before) => ({ ...before, ...part }));

  const submit = async (event: Event) => {
    event.preventDefault();
    if (busy) return;
    const missing = firstMissing(values);
    if (missing) return setProblem({ field: missing, message: missingText(text, missing) });
    setBusy(true);
    const failed = await attempt((login) => account.login(login), values, text);
    setBusy(false);
    if (!failed) return;
    change({ asked: failed.asked, otp: '' });
    setProblem({ field: failed.field, message: failed.message, whole: failed.whole });
  };

  return (
    <form class="stack" ref={form} onSubmit={(event) => void submit(event)} noValidate>
      {problem?.whole && (
        <Notice kind={problem.whole} role="alert">
          {problem.message}
        </Notice>
      )}
      <TextField
        label={text.email}
        type="email"
        autocomplete="username"
        testId="login-email"
        value={values.email}
        error={errorOf(problem, 'email')}
        onInput={(email) => change({ email })}
      />
      <TextField
        label={text.password}
        type="password"
        autocomplete="current-password"
        testId="login-password"
        value={values.password}
        error={errorOf(problem, 'password')}
        onInput={(password) => change({ password })}
      />
      {values.asked && (
        <TextField
          label={text.otp}
          hint={text.otpHint}
          inputMode="numeric"
          autocomplete="one-time-code"
          testId="login-otp"
          value={values.otp}
          error={errorOf(problem, 'otp')}
          onInput={(otp) => change({ otp: otpDigits(otp) })}
        />
      )}
      <Button kind="primary" type="submit" wide busy={busy} testId="login-submit">
        {busy ? text.submitting : text.submit}
      </Button>
    </form>
  );
}

interface Shown {
  readonly field: FieldName;
  readonly message: string;
  /** Told above the form, because it is not about one field. */
  readonly whole?: 'danger' | 'info' | undefined;
}

function errorOf(problem: Shown | null, field: FieldName): string | undefined {
  return problem && !problem.whole && problem.field === field ? problem.message : undefined;
}

function missingText(text: StaffText['login'], field: FieldName): string {
  return { email: text.emailMissing, password: text.passwordMissing, otp: text.otpMissing }[field];
}

function focusField(form: HTMLFormElement | null, field: FieldName | undefined): void {
  if (field) form?.querySelector<HTMLInputElement>(`[data-testid="login-${field}"]`)?.focus();
}
