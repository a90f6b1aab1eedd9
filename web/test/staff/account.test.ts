import { describe, expect, test, vi } from 'vitest';
import { ApiProblem } from '../../src/api/problem';
import type { MeView, SessionView } from '../../src/api/types';
import type { Connection } from '../../src/signaling/connection';
import { Account } from '../../src/staff/account';

const soon = () => new Date(Date.now() + 300_000).toISOString();
const session = (): SessionView => ({
  access_token: 'token',
  expires_at: soon(),
  session_expires_at: soon(),
  role: 'pharmacist',
});
const me: MeView = { subject_id: 's', role: 'pharmacist', name: 'Ines', tenant_id: 't' };

type Answers = Record<string, () => Response>;
const json = (body: unknown, status = 200) => Response.json(body, { status });
const problem = (code: string, status: number) => json({ code, status }, status);

function setUp(answers: Answers) {
  const close = vi.fn();
  const fetch = vi.fn(async (path: RequestInfo | URL) => {
    const name = String(path).replace('/api/v1/', '');
    const response = (answers[name] ?? (() => problem('not_found', 404)))();
    Object.defineProperty(response, 'url', { value: `https://pharmacy.example/api/v1/${name}` });
    return response;
  });
  const account = new Account(fetch, () => ({ close }) as unknown as Connection);
  return { account, fetch, close };
}

const signedIn: Answers = { 'auth/refresh': () => json(session()), me: () => json(me) };

describe('the account', () => {
  test('signs in silently with a cookie that holds', async () => {
    const { account } = setUp(signedIn);
    await account.resume();
    expect(account.state.value).toMatchObject({ kind: 'in', me });
  });

  test('asks to sign in, without a reproach, when there is none', async () => {
    const { account } = setUp({ 'auth/refresh': () => problem('unauthenticated', 401) });
    await account.resume();
    expect(account.state.value).toEqual({ kind: 'out', reason: 'first' });
  });

  test('says that the server is away instead of asking for a password', async () => {
    const { account } = setUp({ 'auth/refresh': () => problem('unavailable', 503) });
    await account.resume();
    expect(account.state.value.kind).toBe('unreachable');
  });

  test('hands on why signing in was refused', async () => {
    const { account } = setUp({ 'auth/login': () => problem('second_factor_required', 401) });
    await expect(account.login({ email: 'a@b.c', password: 'x' })).rejects.toEqual(
      new ApiProblem('second_factor_required', 401),
    );
  });

  test('leaves and closes the socket when any answer says that the session ended', async () => {
    const { account, close } = setUp({ ...signedIn, queues: () => problem('session_ended', 401) });
    await account.resume();
    await account.client.get('queues').catch(() => undefined);
    expect(account.state.value).toEqual({ kind: 'out', reason: 'ended' });
    expect(close).toHaveBeenCalledOnce();
  });

  test('a right that is missing does not sign out', async () => {
    const { account } = setUp({ ...signedIn, queues: () => problem('forbidden', 403) });
    await account.resume();
    await account.client.get('queues').catch(() => undefined);
    expect(account.state.value.kind).toBe('in');
  });

  test('signs out on this page even when the server cannot be reached', async () => {
    const { account } = setUp({ ...signedIn, 'auth/logout': () => problem('unavailable', 503) });
    await account.resume();
    await account.logout();
    expect(account.state.value).toEqual({ kind: 'out', reason: 'signedOut' });
  });
});
