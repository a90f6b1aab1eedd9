import { useState } from 'preact/hooks';
import { announce } from '../../a11y/announcer';
import { staffText } from '../../i18n/staff';
import { useSignedIn } from '../context';
import { type Act, requestOf } from './acts';

export interface Acting {
  /** Does it; says whether it was done. */
  readonly run: (act: Exclude<Act, 'needs'>, visitId: string, value?: string) => Promise<boolean>;
  readonly busy: boolean;
  readonly error: unknown;
}

/** Does something with a visit, once for each press, and says that it is done. */
export function useAct(onChanged: () => Promise<void>): Acting {
  const { client } = useSignedIn();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const run = async (act: Exclude<Act, 'needs'>, visitId: string, value = '') => {
    if (busy) return false;
    setBusy(true);
    try {
      const { path, body } = requestOf(act, visitId, value.trim());
      await client.post(path, body);
      setError(null);
      announce(staffText().line.done[act]);
      void onChanged();
      return true;
    } catch (failure) {
      setError(failure);
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { run, busy, error };
}
