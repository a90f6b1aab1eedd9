import { useEffect, useState } from 'preact/hooks';
import { LocalMedia } from '../../call/media';
import { CallRoom } from '../../call/room';
import { useDesk, useSignedIn } from '../context';

export interface Call {
  readonly room: CallRoom | null;
  /** Joins anew, for instance after the call was taken over by another device. */
  readonly again: () => void;
}

/** The live call of a consultation: entered while `live`, left when the page goes. */
export function useCall(consultationId: string, live: boolean): Call {
  const { connection } = useSignedIn();
  const { activity } = useDesk().account;
  const [room, setRoom] = useState<CallRoom | null>(null);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    if (!live) return;
    const media = new LocalMedia();
    const made = new CallRoom(connection, consultationId, media);
    // Not waited for: the patient may come while the browser still asks for the camera.
    void media.start();
    made.join();
    setRoom(made);
    const rest = activity.hold();
    const left = () => void made.leave('page_closed');
    window.addEventListener('pagehide', left);
    return () => {
      window.removeEventListener('pagehide', left);
      rest();
      left();
      setRoom(null);
    };
  }, [connection, activity, consultationId, live, attempt]);
  return { room, again: () => setAttempt(attempt + 1) };
}
