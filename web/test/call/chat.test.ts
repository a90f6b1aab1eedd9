import { expect, test } from 'vitest';
import { ChatLog } from '../../src/call/chat';
import type { ChatMessage } from '../../src/signaling/messages';

const message = (id: string, text: string): ChatMessage => ({
  id,
  from: 'p',
  text,
  sent_at: '2026-01-01T10:00:00Z',
});

test('a line is shown at once and is stored under the server its id', async () => {
  const log = new ChatLog(
    async (_, text) => message('m1', text),
    () => 'k1',
  );
  const sending = log.send('  hello ');
  expect(log.lines.value).toMatchObject([{ key: 'k1', text: 'hello', state: 'sending' }]);
  await sending;
  expect(log.lines.value).toMatchObject([{ key: 'm1', text: 'hello', state: 'stored' }]);
  log.receive(message('m1', 'hello'));
  expect(log.lines.value).toHaveLength(1);
});

test('what could not be sent goes out after the next join, with the same key', async () => {
  const keys: string[] = [];
  let down = true;
  const log = new ChatLog(
    async (key, text) => {
      keys.push(key);
      if (down) throw new Error('offline');
      return message('m2', text);
    },
    () => 'k2',
  );
  await log.send('are you there?');
  expect(log.lines.value).toMatchObject([{ state: 'failed' }]);
  down = false;
  log.begin([message('m0', 'earlier')]);
  await new Promise((done) => setTimeout(done, 0));
  expect(log.lines.value.map((line) => [line.key, line.state])).toEqual([
    ['m0', 'stored'],
    ['m2', 'stored'],
  ]);
  expect(keys).toEqual(['k2', 'k2']);
});

test('counts what others wrote until it is read', () => {
  const log = new ChatLog(
    async (_, text) => message('m', text),
    () => 'k',
  );
  log.receive(message('a', 'one'));
  log.receive(message('b', 'two'));
  expect(log.unread.value).toBe(2);
  log.markRead();
  expect(log.unread.value).toBe(0);
});

test('sends no empty line', async () => {
  const log = new ChatLog(
    async (_, text) => message('m', text),
    () => 'k',
  );
  await log.send('   ');
  expect(log.lines.value).toEqual([]);
});
