/**
 * Runs once a second, in a background tab too. There Chromium runs a page's own timers once a minute after some
 * minutes (measured in 156: 60 s apart), although it has a socket open; those of a worker go on (1.03 s at most).
 */
export function everySecond(run: () => void): () => void {
  const worker = beatWorker();
  if (worker === null) return ownTimer(run);
  let stop = () => worker.terminate();
  worker.onmessage = run;
  worker.onerror = () => {
    stop = ownTimer(run);
  };
  return () => stop();
}

function beatWorker(): Worker | null {
  try {
    return new Worker(new URL('./beat-worker.ts', import.meta.url), { type: 'module' });
  } catch {
    return null;
  }
}

function ownTimer(run: () => void): () => void {
  const timer = setInterval(run, 1000);
  return () => clearInterval(timer);
}
