import type { QualityReason, QualitySample } from '../signaling/messages';

export interface Quality {
  /** 0 (unusable) to 5 (very good). */
  readonly level: number;
  readonly reason: QualityReason;
  readonly sample: QualitySample;
}

/** The counters that the next sample is measured from. */
export interface Counters {
  readonly atMs: number;
  readonly received: number;
  readonly lost: number;
  readonly bytes: number;
}

/** The worst value that still has the level, from 5 down to 1; beyond the last is 0. */
const LIMITS: Readonly<Record<'loss' | 'rtt_ms' | 'jitter_ms', readonly number[]>> = {
  loss: [0.01, 0.03, 0.06, 0.1, 0.2],
  rtt_ms: [150, 250, 400, 700, 1_200],
  jitter_ms: [30, 50, 80, 120, 250],
};
const REASONS = { loss: 'loss', rtt_ms: 'rtt', jitter_ms: 'jitter' } as const;

/** Judges a sample by its worst number. */
export function judge(sample: QualitySample, limited: 'cpu' | 'bandwidth' | null = null): Quality {
  let level = limited === null ? 5 : 4;
  let reason: QualityReason = limited ?? 'good';
  for (const name of ['loss', 'rtt_ms', 'jitter_ms'] as const) {
    const value = sample[name];
    const reached = value === null ? 5 : levelAt(LIMITS[name], value);
    if (reached < level) {
      level = reached;
      reason = REASONS[name];
    }
  }
  const known = sample.loss !== null || sample.rtt_ms !== null;
  return known ? { level, reason, sample } : { level, reason: 'unknown', sample };
}

function levelAt(limits: readonly number[], value: number): number {
  const step = limits.findIndex((limit) => value <= limit);
  return step === -1 ? 0 : limits.length - step;
}

/** Reads one `getStats` report against the counters of the last one. */
export function measure(report: RTCStatsReport, before: Counters | null, atMs: number) {
  const inbound = ofType<RTCInboundRtpStreamStats>(report, 'inbound-rtp');
  const now: Counters = {
    atMs,
    received: sum(inbound, (entry) => entry.packetsReceived),
    lost: sum(inbound, (entry) => entry.packetsLost),
    bytes: sum(inbound, (entry) => entry.bytesReceived),
  };
  const roundTrip = selectedPair(report)?.currentRoundTripTime;
  const jitter = Math.max(-1, ...inbound.map((entry) => entry.jitter ?? -1));
  const sample: QualitySample = {
    rtt_ms: roundTrip === undefined ? null : Math.round(roundTrip * 1_000),
    loss: lossSince(before, now),
    jitter_ms: jitter < 0 ? null : Math.round(jitter * 1_000),
    bitrate_kbps: bitrateSince(before, now),
  };
  return { counters: now, quality: judge(sample, limitation(report)) };
}

function lossSince(before: Counters | null, now: Counters): number | null {
  if (before === null) return null;
  const lost = Math.max(0, now.lost - before.lost);
  const expected = Math.max(0, now.received - before.received) + lost;
  return expected === 0 ? null : Math.round((lost / expected) * 1_000) / 1_000;
}

function bitrateSince(before: Counters | null, now: Counters): number | null {
  if (before === null || now.atMs <= before.atMs) return null;
  return Math.max(0, Math.round(((now.bytes - before.bytes) * 8) / (now.atMs - before.atMs)));
}

function limitation(report: RTCStatsReport): 'cpu' | 'bandwidth' | null {
  const reasons = ofType<RTCOutboundRtpStreamStats & { qualityLimitationReason?: string }>(
    report,
    'outbound-rtp',
  ).map((entry) => entry.qualityLimitationReason);
  if (reasons.includes('cpu')) return 'cpu';
  return reasons.includes('bandwidth') ? 'bandwidth' : null;
}

function selectedPair(report: RTCStatsReport): RTCIceCandidatePairStats | undefined {
  const pairs = ofType<RTCIceCandidatePairStats>(report, 'candidate-pair');
  const chosen = ofType<RTCTransportStats>(report, 'transport')[0]?.selectedCandidatePairId;
  return pairs.find((pair) => pair.id === chosen) ?? pairs.find((pair) => pair.nominated);
}

function ofType<Entry>(report: RTCStatsReport, type: RTCStatsType): Entry[] {
  const found: Entry[] = [];
  for (const entry of report.values()) if (entry.type === type) found.push(entry as Entry);
  return found;
}

function sum<Entry>(entries: readonly Entry[], value: (entry: Entry) => number | undefined): number {
  return entries.reduce((total, entry) => total + (value(entry) ?? 0), 0);
}
