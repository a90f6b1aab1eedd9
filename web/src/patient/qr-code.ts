/** Data and error correction bytes, and blocks, of versions 1 to 6 at level L (ISO/IEC 18004, table 9). */
const VERSIONS = [
  [19, 7, 1],
  [34, 10, 1],
  [55, 15, 1],
  [80, 20, 1],
  [108, 26, 1],
  [136, 36, 2],
] as const;

/** Level L and mask 0, with their check bits (section 7.9). */
const FORMAT = '111011111000100';

type Modules = (boolean | undefined)[][];

/**
 * A text as a QR code (ISO/IEC 18004: byte mode, level L, versions 1 to 6, always mask 0): rows of modules, dark is
 * true, without the quiet zone around. `null` for a text of more than 134 bytes.
 */
export function qrCode(text: string): boolean[][] | null {
  const bytes = new TextEncoder().encode(text);
  const version = VERSIONS.findIndex(([data]) => bytes.length + 2 <= data) + 1;
  const sizes = VERSIONS[version - 1];
  if (sizes === undefined) return null;
  const modules = withPatterns(version);
  fill(modules, withCorrection(framed(bytes, sizes[0]), sizes[1], sizes[2]));
  return modules as boolean[][];
}

/** Mode, length, bytes and padding (section 7.4). */
function framed(bytes: Uint8Array, capacity: number): number[] {
  const bits = [0x40 | (bytes.length >> 4)];
  let carry = bytes.length & 15;
  for (const byte of bytes) {
    bits.push((carry << 4) | (byte >> 4));
    carry = byte & 15;
  }
  bits.push(carry << 4);
  for (let pad = 0xec; bits.length < capacity; pad ^= 0xec ^ 0x11) bits.push(pad);
  return bits;
}

/** The bytes of all blocks in turn, then their correction (section 7.6). */
function withCorrection(data: readonly number[], correction: number, blocks: number): number[] {
  const length = data.length / blocks;
  const parts = Array.from({ length: blocks }, (_, at) => data.slice(at * length, (at + 1) * length));
  const checks = parts.map((part) => remainder(part, correction / blocks));
  return [...inTurn(parts), ...inTurn(checks)];
}

function inTurn(parts: readonly (readonly number[])[]): number[] {
  return (parts[0] ?? []).flatMap((_, at) => parts.map((part) => part[at] ?? 0));
}

/** Reed-Solomon over GF(256) modulo x^8 + x^4 + x^3 + x^2 + 1 (section 7.5). */
function remainder(data: readonly number[], degree: number): number[] {
  let generator = [1];
  for (let power = 0, root = 1; power < degree; power += 1, root = times(root, 2)) {
    generator = [...generator, 0].map((one, at) => one ^ times(generator[at - 1] ?? 0, root));
  }
  const rest = [...data, ...Array<number>(degree).fill(0)];
  for (let at = 0; at < data.length; at += 1) {
    const lead = rest[at] ?? 0;
    generator.forEach((one, offset) => {
      rest[at + offset] = (rest[at + offset] ?? 0) ^ times(one, lead);
    });
  }
  return rest.slice(data.length);
}

function times(one: number, other: number): number {
  let product = 0;
  for (let bit = 7; bit >= 0; bit -= 1) {
    product = (product << 1) ^ ((product >> 7) * 0x11d);
    product ^= ((other >> bit) & 1) * one;
  }
  return product;
}

/** Finder, timing and alignment patterns and the format; what is left for data is undefined. */
function withPatterns(version: number): Modules {
  const size = 17 + 4 * version;
  const modules: Modules = Array.from({ length: size }, () => Array(size).fill(undefined));
  const put = (row: number, column: number, dark: boolean) => {
    const line = modules[row];
    if (line && column >= 0 && column < size) line[column] = dark;
  };
  const square = (middleRow: number, middleColumn: number, reach: number, light: readonly number[]) => {
    for (let down = -reach; down <= reach; down += 1)
      for (let right = -reach; right <= reach; right += 1) {
        const ring = Math.max(Math.abs(down), Math.abs(right));
        put(middleRow + down, middleColumn + right, !light.includes(ring));
      }
  };
  for (let at = 8; at < size - 8; at += 1) {
    put(6, at, at % 2 === 0);
    put(at, 6, at % 2 === 0);
  }
  square(3, 3, 4, [2, 4]);
  square(3, size - 4, 4, [2, 4]);
  square(size - 4, 3, 4, [2, 4]);
  if (version > 1) square(size - 7, size - 7, 2, [1]);
  [...FORMAT].forEach((bit, at) => {
    const dark = bit === '1';
    const near = at < 6 ? at : at < 8 ? at + 1 : at === 8 ? 7 : 14 - at;
    if (at < 8) put(8, near, dark);
    else put(near, 8, dark);
    if (at < 7) put(size - 1 - at, 8, dark);
    else put(8, size - 15 + at, dark);
  });
  put(size - 8, 8, true);
  return modules;
}

/** Writes the bits into what is left, and masks them (section 7.8). */
function fill(modules: Modules, bytes: readonly number[]): void {
  let bit = 0;
  for (const [row, column] of places(modules.length)) {
    const line = modules[row];
    if (line === undefined || line[column] !== undefined) continue;
    const value = ((bytes[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1;
    line[column] = (value === 1) !== ((row + column) % 2 === 0);
    bit += 1;
  }
}

/** Upwards and downwards in turn, in columns of two from the right; the column of timing is left out (7.7.3). */
function* places(size: number): Generator<readonly [row: number, column: number]> {
  let upwards = true;
  for (let right = size - 1; right > 0; right -= right === 8 ? 3 : 2) {
    for (let step = 0; step < size; step += 1) {
      const row = upwards ? size - 1 - step : step;
      yield [row, right];
      yield [row, right - 1];
    }
    upwards = !upwards;
  }
}
