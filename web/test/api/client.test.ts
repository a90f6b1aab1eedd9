import { describe, expect, test, vi } from 'vitest';
import { Client } from '../../src/api/client';
import { ApiProblem } from '../../src/api/problem';
import { Session } from '../../src/api/session';
import type { SessionView } from '../../src/api/types';

const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });
const problem = (code: string, status: number) => json({ code, status }, status);
const view = (token: string, expiresMs: number): SessionView => ({
  access_token: token,
  expires_at: new Date(expiresMs).toISOString(),
  session_expires_at: new Date(expiresMs).toISOString(),
  role: 'patient',
});

function setUp(answer: (path: string, init: RequestInit) => Response | Promise<Response>) {
  const fetch = vi.fn(async (path: RequestInfo | URL, init?: RequestInit) =>
    answer(String(path), init ?? {}),
  );
  const session = new Session('patient', fetch, () => 0);
  return { fetch, session, client: new Client(session, fetch, async () => undefined) };
}

describe('the session', () => {
  test('asks once for all who need a token at the same time', async () => {
    const { fetch, session } = setUp(() => json(view('new', 300_000)));
    const tokens = await Promise.all([session.token(), session.token(), session.token()]);
    expect(tokens).toEqual(['new', 'new', 'new']);
    expect(fetch).toHaveBeenCalledTimes(1);
  });

  test('renews a token shortly before its end', async () => {
    const { session } = setUp(() => json(view('new', 300_000)));
    session.open(view('old', 20_000));
    expect(await session.token()).toBe('new');
  });
});

describe('the client', () => {
  test('renews an expired token and asks again', async () => {
    const { client, session } = setUp((path, init) => {
      if (path.endsWith('/auth/refresh')) return json(view('new', 300_000));
      const held = (init.headers as Record<string, string>).Authorization;
      return held === 'Bearer new' ? json({ fine: true }) : problem('token_expired', 401);
    });
    session.open(view('old', 300_000));
    expect(await client.get('me')).toEqual({ fine: true });
  });

  test('does not ask again when the session is over', async () => {
    const { client, session, fetch } = setUp(() => problem('session_ended', 401));
    session.open(view('old', 300_000));
    await expect(client.get('me')).rejects.toMatchObject({ code: 'session_ended', status: 401 });
    expect(fetch).toHaveBeenCalledTimes(1);
  });

  test('repeats a keyed POST over a broken network, with the same key', async () => {
    let tries = 0;
    const { client, fetch } = setUp(() => {
      tries += 1;
      if (tries < 3) throw new TypeError('network');
      return json({ id: 1 });
    });
    await client.post('walk-ins', {}, { open: true, idempotencyKey: 'k' });
    const keys = fetch.mock.calls.map(([, init]) => new Headers(init?.headers).get('Idempotency-Key'));
    expect(keys).toEqual(['k', 'k', 'k']);
  });

  test('never repeats a POST without a key', async () => {
    const { client, fetch } = setUp(() => Promise.reject(new TypeError('network')));
    await expect(client.post('leave', {}, { open: true })).rejects.toMatchObject({ code: 'network' });
    expect(fetch).toHaveBeenCalledTimes(1);
  });

  test('tells an answer that is not ours', async () => {
    const { client } = setUp(() => new Response('<html>', { status: 418 }));
    await expect(client.get('x', { open: true })).rejects.toEqual(new ApiProblem('unreadable', 418));
  });
});
