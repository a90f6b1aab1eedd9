/**
 * Runs once a second, in a background tab too: there a page's own timers run once a second at first, and once a
 * minute after five minutes, while those of a worker go on.
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
