import { useEffect, useRef } from 'preact/hooks';
import { useDesk } from '../context';

/** Adds keys while mounted. What they do may change with each render; which keys there are may not. */
export function useKeys(keys: Readonly<Record<string, () => void>>): void {
  const { shortcuts } = useDesk();
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    const names = Object.keys(latest.current);
    return shortcuts.add(Object.fromEntries(names.map((name) => [name, () => latest.current[name]?.()])));
  }, [shortcuts]);
}
