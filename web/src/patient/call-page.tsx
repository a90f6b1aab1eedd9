import { useEffect, useMemo } from 'preact/hooks';
import { useDocumentTitle, ViewHeading } from '../a11y/title';
import type { VisitView } from '../api/types';
import { type CallEnd, CallRoom } from '../call/room';
import { CallView } from '../call/view/call-view';
import { Button } from '../design/button';
import { Icon } from '../design/icon';
import { Notice } from '../design/notice';
import type { PatientApp } from './patient-app';
import { Shell, telephone } from './shell';
import { patientText } from './text';

interface CallPageProps {
  app: PatientApp;
  consultationId: string;
  visit: VisitView | null;
  /** The patient is out of the call while the visit goes on. A guest has no visit to go back to. */
  onLeft?: () => void;
}

/** The call, over the whole screen. */
export function CallPage({ app, consultationId, visit, onLeft }: CallPageProps) {
  const text = patientText();
  const room = useCallRoom(app, consultationId);
  const pharmacy = app.pharmacy.value;
  useDocumentTitle(text.title(text.callTitle, pharmacy?.name ?? text.brand));
  const end = room.ended.value;
  const hungUp = end?.reason === 'hung_up';
  useEffect(() => {
    if (hungUp) onLeft?.();
  }, [hungUp, onLeft]);
  if (end) return <OutOfCall app={app} end={end} guest={visit === null} {...(onLeft ? { onLeft } : {})} />;
  return (
    <main class="call-page">
      <ViewHeading class="unseen">{text.callTitle}</ViewHeading>
      <CallView
        room={room}
        endText={text.hangUpText}
        waiting={
          <div class="stack">
            <p>{text.waitingPharmacist}</p>
            <p class="call-private">{text.onlyYou}</p>
          </div>
        }
        heading={
          <>
            {pharmacy && (
              <p class="call-pharmacy">
                <strong>{pharmacy.name}</strong>
                <a href={telephone(pharmacy.phone)}>
                  <Icon name="phone" />
                  {pharmacy.phone}
                </a>
              </p>
            )}
            <NewMessage visit={visit} />
          </>
        }
      />
    </main>
  );
}

/** What the pharmacist writes while the call goes on, such as why it is on hold; not what was read before it. */
function NewMessage({ visit }: { visit: VisitView | null }) {
  const text = patientText();
  const message = visit?.message ?? null;
  const before = useMemo(() => message, []);
  return (
    <div aria-live="assertive" class="live">
      {visit && message !== null && message !== before && (
        <Notice kind="info">
          <p>
            <strong>{text.from(visit.pharmacy.name)}</strong>
          </p>
          <p class="written">{message}</p>
        </Notice>
      )}
    </div>
  );
}

function useCallRoom(app: PatientApp, consultationId: string): CallRoom {
  const room = useMemo(() => new CallRoom(app.connection, consultationId, app.media), [app, consultationId]);
  useEffect(() => {
    void app.media.start().then(() => room.join());
    void app.alerts.keepAwake(true);
    const closing = () => void room.leave('page_closed');
    addEventListener('pagehide', closing);
    return () => {
      removeEventListener('pagehide', closing);
      void room.leave('page_closed');
    };
  }, [room, app]);
  return room;
}

interface OutProps {
  app: PatientApp;
  end: CallEnd;
  guest: boolean;
  onLeft?: () => void;
}

function OutOfCall({ app, end, guest, onLeft }: OutProps) {
  const text = patientText();
  const elsewhere = end.reason === 'joined_elsewhere';
  const refused = end.reason === 'refused';
  const heading = elsewhere
    ? text.calledElsewhere
    : refused
      ? text.notIn
      : guest
        ? text.guestOver
        : text.loading;
  return (
    <Shell app={app} heading={heading}>
      {elsewhere && <p>{text.calledElsewhereText}</p>}
      {refused && <p>{text.notInText}</p>}
      {guest && !elsewhere && !refused && <p>{text.closePage}</p>}
      {onLeft && (elsewhere || refused) && (
        <Button kind="primary" onClick={onLeft}>
          {text.back}
        </Button>
      )}
    </Shell>
  );
}
