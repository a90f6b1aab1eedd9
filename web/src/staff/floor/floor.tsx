import { type ComponentChildren, createContext } from 'preact';
import { useContext, useEffect, useMemo } from 'preact/hooks';
import type { DutyView, QueueList } from '../../api/types';
import { useSignedIn } from '../context';
import { useQueues } from '../counter/use-queue';
import { type Resource, useResource } from '../resource';
import { Alerts } from './alerts';
import { useLookout } from './use-lookout';

/** What everybody who serves queues has at hand on every page: the queues, one's own duty, and the alerts. */
export interface FloorState {
  readonly queues: Resource<QueueList>;
  /** Null for those who admit nobody. */
  readonly duty: Resource<DutyView | null>;
  readonly alerts: Alerts;
}

const FloorContext = createContext<FloorState | null>(null);

/** Null for roles that serve no queue. */
export function useFloor(): FloorState | null {
  return useContext(FloorContext);
}

export function Floor({ children }: { children: ComponentChildren }) {
  const { me } = useSignedIn();
  const serves = me.role === 'pharmacist' || me.role === 'technician';
  return serves ? <Serving>{children}</Serving> : children;
}

function Serving({ children }: { children: ComponentChildren }) {
  const queues = useQueues();
  const duty = useDuty();
  const alerts = useMemo(() => new Alerts(), []);
  useLookout(queues.value, alerts);
  const floor = useMemo(() => ({ queues, duty, alerts }), [queues.value, queues.error, duty.value, alerts]);
  return <FloorContext.Provider value={floor}>{children}</FloorContext.Provider>;
}

/** One's own duty. Admitting and other devices change it too: it is read again whenever one comes back. */
function useDuty(): Resource<DutyView | null> {
  const { client, me } = useSignedIn();
  const duty = useResource<DutyView | null>('duty', async (signal) =>
    me.role === 'pharmacist' ? client.get<DutyView>('me/duty', { signal }) : null,
  );
  useEffect(() => {
    const read = () => void duty.reload();
    window.addEventListener('focus', read);
    return () => window.removeEventListener('focus', read);
  }, []);
  return duty;
}
