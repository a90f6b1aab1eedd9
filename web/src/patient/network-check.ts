import type { DeviceCheck } from '../api/types';

export type NetworkVerdict = DeviceCheck['network'];

export interface NetworkSample {
  /** The shortest answer of a few small requests. */
  readonly roundTripMs: number;
  readonly kilobitsPerSecond: number;
}

/** Judges a sample: a picture wants about 500 kbit/s, sound alone 60, and talk at most 600 ms there and back. */
export function judgeNetwork(sample: NetworkSample | null): NetworkVerdict {
  if (sample === null || sample.kilobitsPerSecond < 60 || sample.roundTripMs > 2_000) return 'call_us';
  if (sample.kilobitsPerSecond < 500 || sample.roundTripMs > 600) return 'audio_recommended';
  return 'good';
}

const ROUNDS = 3;
const GIVE_UP_MS = 12_000;

/** Measures the line to the server with this page's own script, fetched once more past the cache. */
export async function sampleNetwork(): Promise<NetworkSample | null> {
  const signal = AbortSignal.timeout(GIVE_UP_MS);
  try {
    let roundTripMs = Number.POSITIVE_INFINITY;
    for (let round = 0; round < ROUNDS; round += 1) {
      roundTripMs = Math.min(roundTripMs, (await timed('/healthz', signal)).ms);
    }
    const { ms, bytes } = await timed(largestScript(), signal);
    return { roundTripMs, kilobitsPerSecond: (bytes * 8) / Math.max(1, ms - roundTripMs) };
  } catch {
    return null;
  }
}

async function timed(address: string, signal: AbortSignal): Promise<{ ms: number; bytes: number }> {
  const began = performance.now();
  const response = await fetch(address, { cache: 'no-store', signal });
  const { byteLength } = await response.arrayBuffer();
  const ms = performance.now() - began;
  // What went over the line is smaller than what it says, when it was compressed.
  const entry = performance.getEntriesByName(response.url).at(-1) as PerformanceResourceTiming | undefined;
  return { ms, bytes: entry?.encodedBodySize || byteLength };
}

function largestScript(): string {
  const loaded = performance.getEntriesByType('resource') as PerformanceResourceTiming[];
  const scripts = loaded.filter(({ name }) => name.startsWith(location.origin) && name.endsWith('.js'));
  const size = ({ encodedBodySize }: PerformanceResourceTiming) => encodedBodySize;
  return scripts.sort((one, other) => size(other) - size(one))[0]?.name ?? '/healthz';
}
