import { expect, test, vi } from 'vitest';
import { coalesced } from '../../src/staff/coalesced';

test('asked for many times at once, it reads once and then once more', async () => {
  const gates: (() => void)[] = [];
  const read = vi.fn(() => new Promise<void>((open) => gates.push(open)));
  const ask = coalesced(read);
  const all = Promise.all([ask(), ask(), ask(), ask()]);
  gates[0]?.();
  await vi.waitFor(() => expect(read).toHaveBeenCalledTimes(2));
  gates[1]?.();
  await all;
  expect(read).toHaveBeenCalledTimes(2);
});

test('after it has ended it reads anew', async () => {
  const read = vi.fn(async () => {});
  const ask = coalesced(read);
  await ask();
  await ask();
  expect(read).toHaveBeenCalledTimes(2);
});
