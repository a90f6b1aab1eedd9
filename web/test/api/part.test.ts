import { expect, test, vi } from 'vitest';
import { fetchPart } from '../../src/api/part';

const atOnce = async () => undefined;

test('a part of the page that does not come is asked for again', async () => {
  const load = vi.fn().mockRejectedValueOnce(new TypeError('no line')).mockResolvedValue('the call');
  expect(await fetchPart(load, atOnce)).toBe('the call');
  expect(load).toHaveBeenCalledTimes(2);
});

test('a part that never comes is told as a lost network', async () => {
  const load = vi.fn().mockRejectedValue(new TypeError('no line'));
  await expect(fetchPart(load, atOnce)).rejects.toMatchObject({ code: 'network' });
  expect(load).toHaveBeenCalledTimes(4);
});
