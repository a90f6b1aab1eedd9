type Melody = readonly (readonly [frequency: number, startsS: number])[];

const MELODIES = {
  /** It is your turn. */
  call: [
    [659, 0],
    [784, 0.22],
    [988, 0.44],
    [784, 0.9],
    [988, 1.12],
  ],
  /** It is nearly your turn; also what 'Play a sound' plays. */
  soon: [
    [523, 0],
    [659, 0.22],
    [784, 0.44],
  ],
} as const satisfies Record<string, Melody>;

export type MelodyName = keyof typeof MELODIES;

/** With its pause: a call that is not answered sounds again this often. */
const LENGTH_S = 4;
const TONE_S = 0.6;
const LOUDNESS = 0.3;

/**
 * Plays a melody, once or until it is silenced by the function it answers. It repeats on the audio clock: in a tab
 * that nobody looks at, browsers let timers sleep for a minute at a time, but not sounds.
 */
export function play(audio: AudioContext, name: MelodyName, repeat = false): () => void {
  const source = audio.createBufferSource();
  source.buffer = recorded(audio, MELODIES[name]);
  source.loop = repeat;
  source.connect(audio.destination);
  source.start();
  return () => source.stop();
}

function recorded(audio: AudioContext, melody: Melody): AudioBuffer {
  const rate = audio.sampleRate;
  const buffer = audio.createBuffer(1, LENGTH_S * rate, rate);
  const samples = buffer.getChannelData(0);
  for (const [frequency, startsS] of melody) {
    const first = Math.round(startsS * rate);
    for (let at = 0; at < TONE_S * rate; at += 1) {
      samples[first + at] = (samples[first + at] ?? 0) + bell(frequency, at / rate);
    }
  }
  return buffer;
}

/** A struck bell: loud at once, then dying away. */
function bell(frequency: number, s: number): number {
  return LOUDNESS * Math.min(1, s / 0.02) * Math.exp(-8 * s) * Math.sin(2 * Math.PI * frequency * s);
}
