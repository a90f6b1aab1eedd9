/** Heard is anything above this, on the meter's scale of 0 to 1. */
export const HEARD = 0.08;

/**
 * Measures how loud a microphone is, about 15 times a second, until the function it answers is called.
 * Answers `null` where the browser cannot measure.
 */
export function watchLevel(track: MediaStreamTrack, tell: (level: number) => void): (() => void) | null {
  if (!('AudioContext' in globalThis)) return null;
  const audio = new AudioContext();
  const analyser = audio.createAnalyser();
  analyser.fftSize = 1024;
  const source = audio.createMediaStreamSource(new MediaStream([track]));
  source.connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    tell(loudness(samples));
  }, 66);
  return () => {
    clearInterval(timer);
    source.disconnect();
    void audio.close().catch(() => undefined);
  };
}

/** The root mean square, stretched so that speech fills most of the meter. */
export function loudness(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return Math.min(1, Math.sqrt(sum / Math.max(1, samples.length)) * 4);
}
