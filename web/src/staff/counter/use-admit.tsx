import type { ComponentChildren } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { newKey } from '../../api/client';
import { ApiProblem } from '../../api/problem';
import type { Admit, ConsultationView } from '../../api/types';
import { useDesk, useSignedIn } from '../context';
import { useFloor } from '../floor/floor';
import { Failure } from '../shell/failure';

export interface Admitting {
  /** Admits the visit named, or the next one with null; then opens the consultation. */
  readonly run: (visitId: string | null) => Promise<void>;
  readonly busy: boolean;
  readonly notice: ComponentChildren;
}

/** Admits from a queue. One press is one admission: presses while it is under way do nothing. */
export function useAdmit(queueId: string, onRefused: () => void): Admitting {
  const { client } = useSignedIn();
  const { router } = useDesk();
  const floor = useFloor();
  const underWay = useRef(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const run = async (visitId: string | null) => {
    if (underWay.current) return;
    underWay.current = true;
    setBusy(true);
    setError(null);
    try {
      const body: Admit = { visit_id: visitId };
      const options = { idempotencyKey: newKey() };
      const { id } = await client.post<ConsultationView>(`queues/${queueId}/admit`, body, options);
      void floor?.duty.reload();
      router.go({ page: 'consultation', id });
    } catch (failure) {
      setError(failure);
      if (failure instanceof ApiProblem) onRefused();
    } finally {
      underWay.current = false;
      setBusy(false);
    }
  };
  return { run, busy, notice: <Failure error={error} /> };
}
