import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { coalesced } from './coalesced';

export interface Resource<T> {
  /** The newest answer; kept while it is read again, and when reading again fails. */
  readonly value: T | null;
  readonly error: unknown;
  readonly reload: () => Promise<void>;
  readonly put: (value: T) => void;
}

/** Something read over HTTP, once per `key` and whenever asked. Late answers to an old key are dropped. */
export function useResource<T>(key: string, read: (signal: AbortSignal) => Promise<T>): Resource<T> {
  const [state, setState] = useState<{ key: string; value: T | null; error: unknown }>(blank(key));
  const latest = useRef(read);
  latest.current = read;
  const reload = useRef(async () => {});
  useEffect(() => {
    const abort = new AbortController();
    reload.current = coalesced(async () => {
      try {
        const value = await latest.current(abort.signal);
        if (!abort.signal.aborted) setState({ key, value, error: null });
      } catch (error) {
        if (!abort.signal.aborted)
          setState((before) => ({ ...(before.key === key ? before : blank<T>(key)), error }));
      }
    });
    void reload.current();
    return () => abort.abort();
  }, [key]);
  const put = useCallback((value: T) => setState({ key, value, error: null }), [key]);
  const shown = state.key === key ? state : blank<T>(key);
  return { value: shown.value, error: shown.error, reload: () => reload.current(), put };
}

function blank<T>(key: string): { key: string; value: T | null; error: unknown } {
  return { key, value: null, error: null };
}
