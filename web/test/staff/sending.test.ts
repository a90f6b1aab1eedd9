import { describe, expect, test, vi } from 'vitest';
import { Client } from '../../src/api/client';
import { Session } from '../../src/api/session';
import { Drafts } from '../../src/staff/consultation/drafts';
import { sendCompletion, sendNote } from '../../src/staff/consultation/sending';

type Post = (sent: { path: string; key: string | null; body: unknown }) => Response | Promise<Response>;

const noted = () => Response.json({ id: 'note' }, { status: 201 });
const problem = (code: string, status: number) => Response.json({ code, status }, { status });
const lost = () => Promise.reject(new TypeError('network'));

function setUp(post: Post) {
  const fetch = vi.fn(async (path: RequestInfo | URL, init?: RequestInit) => {
    const key = new Headers(init?.headers).get('Idempotency-Key');
    return post({ path: String(path), key, body: JSON.parse(String(init?.body)) });
  });
  const session = new Session('staff', fetch, () => 0);
  session.open({
    access_token: 'token',
    expires_at: new Date(300_000).toISOString(),
    session_expires_at: new Date(300_000).toISOString(),
    role: 'pharmacist',
  });
  const drafts = new Drafts();
  drafts.keep('c', 'Advised rest ');
  return { drafts, client: new Client(session, fetch, async () => undefined) };
}

describe('a note', () => {
  test('is sent again under its key when the answer is lost, and then its draft is over', async () => {
    const sent: unknown[] = [];
    const { client, drafts } = setUp((request) => {
      sent.push(request);
      return sent.length < 3 ? lost() : noted();
    });
    const key = drafts.toSend('c')?.key;
    await sendNote(client, drafts, 'c');
    const once = { path: '/api/v1/consultations/c/notes', key, body: { text: 'Advised rest' } };
    expect(sent).toEqual([once, once, once]);
    expect(drafts.any).toBe(false);
  });

  test('keeps draft and key when the network stays away, so that pressing again doubles nothing', async () => {
    const keys = new Set<string | null>();
    let away = true;
    const { client, drafts } = setUp(({ key }) => {
      keys.add(key);
      return away ? lost() : noted();
    });
    await expect(sendNote(client, drafts, 'c')).rejects.toMatchObject({ code: 'network' });
    expect(drafts.read('c')).toBe('Advised rest ');
    away = false;
    await sendNote(client, drafts, 'c');
    expect(keys.size).toBe(1);
  });

  test('whose earlier wording arrived stays a draft, and becomes another note when sent again', async () => {
    const stored = new Map<string | null, string>();
    let answers = false;
    const { client, drafts } = setUp(({ key, body }) => {
      const words = JSON.stringify(body);
      if ((stored.get(key) ?? words) !== words) return problem('idempotency_key_reused', 409);
      stored.set(key, words);
      return answers ? noted() : lost();
    });
    await expect(sendNote(client, drafts, 'c')).rejects.toMatchObject({ code: 'network' });
    answers = true;
    drafts.keep('c', 'Advised rest and water');
    await expect(sendNote(client, drafts, 'c')).rejects.toMatchObject({ code: 'idempotency_key_reused' });
    expect(drafts.read('c')).toBe('Advised rest and water');
    expect(stored.size).toBe(1);
    await sendNote(client, drafts, 'c');
    expect(stored.size).toBe(2);
  });

  test('loses nothing that is written while it is sent', async () => {
    const keys: (string | null)[] = [];
    const { client, drafts } = setUp(({ key }) => {
      keys.push(key);
      drafts.keep('c', 'Advised rest and water');
      return noted();
    });
    await sendNote(client, drafts, 'c');
    expect(drafts.read('c')).toBe('and water');
    expect(drafts.toSend('c')?.key).not.toBe(keys[0]);
  });

  test('of another consultation is left alone', async () => {
    const { client, drafts } = setUp(noted);
    drafts.keep('d', 'Other');
    await sendNote(client, drafts, 'c');
    expect(drafts.read('d')).toBe('Other');
  });
});

describe('closing a consultation', () => {
  const body = { outcome: 'advice_given', next_steps: null } as const;

  test('is sent again under its key when the answer is lost', async () => {
    const keys: (string | null)[] = [];
    const { client } = setUp(({ key }) => {
      keys.push(key);
      return keys.length < 2 ? lost() : Response.json({});
    });
    expect(await sendCompletion(client, 'c', body, 'key')).toBe(true);
    expect(keys).toEqual(['key', 'key']);
  });

  test.each(['consultation_closed', 'idempotency_key_reused'])(
    'that happened before is told by %s, and is no failure',
    async (code) => {
      const { client } = setUp(() => problem(code, 409));
      expect(await sendCompletion(client, 'c', body, 'key')).toBe(false);
    },
  );

  test('that is refused is a failure', async () => {
    const { client } = setUp(() => problem('consultation_not_running', 409));
    await expect(sendCompletion(client, 'c', body, 'key')).rejects.toMatchObject({ status: 409 });
  });
});
