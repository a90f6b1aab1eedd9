import { useEffect, useState } from 'preact/hooks';

/** This device's time in milliseconds, read again every so often while mounted. */
export function useNow(everyMs: number): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}

/** Whole minutes from a moment to now; never negative, whatever the device's clock says. */
export function minutesSince(moment: string, nowMs: number): number {
  return Math.max(0, Math.floor((nowMs - Date.parse(moment)) / 60_000));
}

/** Seconds from now to a moment; negative once it has passed. */
export function secondsUntil(moment: string, nowMs: number): number {
  return (Date.parse(moment) - nowMs) / 1000;
}
