import { expect, test } from 'vitest';
import { qrCode } from '../../src/patient/qr-code';

/** As another encoder (python-qrcode 8, level L, mask 0) draws it. */
const SHORT = [
  '#######..#..#####.#######',
  '#.....#...###.###.#.....#',
  '#.###.#.###.#.....#.###.#',
  '#.###.#..###..##..#.###.#',
  '#.###.#...#..###..#.###.#',
  '#.....#..#...#.#..#.....#',
  '#######.#.#.#.#.#.#######',
  '........###.#####........',
  '###.#####.##.######...#..',
  '.......##.##....####....#',
  '##.#..####...#..##.##.###',
  '.####......#.###.###...#.',
  '###.#.#.....##...##..#.##',
  '....##.#...##.#.###..#..#',
  '#..##.#..####.#..###..###',
  '.#.#...###..##.##...#..#.',
  '#..##.###..#..########...',
  '........#.##...##...##.##',
  '#######.#.#..#.##.#.##.##',
  '#.....#.##.#....#...##...',
  '#.###.#.###.#...######.##',
  '#.###.#....###.....####..',
  '#.###.#.##.##.#.##..#...#',
  '#.....#.##..#######.##.#.',
  '#######.#.##..###.##...##',
];

const drawn = (text: string) => qrCode(text)?.map((row) => row.map((dark) => (dark ? '#' : '.')).join(''));
async function digest(text: string): Promise<string> {
  const bytes = new TextEncoder().encode(drawn(text)?.join('\n'));
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

test('a short link is drawn as other encoders draw it', () => {
  expect(drawn('https://a.example/i/x')).toEqual(SHORT);
});

test('so are a link of the usual length, and one that needs two blocks of correction', async () => {
  const link = `https://video.corner-pharmacy.example/i/${'k7Q_'.repeat(12)}${'xyz'.repeat(4)}`;
  expect(await digest(link)).toBe('a4f3be77ed8b7b59141da39fbda17a102154dcd0a9338255cded9df6583b2c6e');
  expect(await digest('é'.repeat(60))).toBe(
    '20f58d9b9dff861f6f3c1afe107961fa4bcf1f0542a94e2f38e33566472a3735',
  );
});

test('a text that is too long is not drawn', () => {
  expect(qrCode('x'.repeat(134))).toHaveLength(41);
  expect(qrCode('x'.repeat(135))).toBeNull();
});
