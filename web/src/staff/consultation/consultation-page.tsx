import { useEffect, useState } from 'preact/hooks';
import { useDocumentTitle } from '../../a11y/title';
import type { ConsultationView } from '../../api/types';
import { staffText } from '../../i18n/staff';
import { useSignedIn } from '../context';
import { useQueueChanges } from '../counter/use-queue';
import { type Resource, useResource } from '../resource';
import { Failure } from '../shell/failure';
import { KeysHelp } from '../shell/keys-dialog';
import { useKeys } from '../shell/use-keys';
import { FinishDialog } from './finish-dialog';
import { focusNote } from './notes-panel';
import { RecordView } from './record-view';
import { SidePanel } from './side-panel';
import { Stage } from './stage';
import { hasLeft, isLive, isOpen } from './state';
import { type Call, useCall } from './use-call';

/** One consultation: the call with the notes beside it; once closed, its record. */
export function ConsultationPage({ id }: { id: string }) {
  const { client } = useSignedIn();
  const text = staffText();
  const consultation = useResource<ConsultationView>(id, (signal) =>
    client.get(`consultations/${id}`, { signal }),
  );
  const view = consultation.value;
  useDocumentTitle(text.title(view?.person_name ?? text.consultation.title));
  useQueueChanges(view === null ? [] : [view.queue_id], () => void consultation.reload());
  if (view === null) {
    return consultation.error === null ? (
      <p class="soft page">{text.loading}</p>
    ) : (
      <div class="page">
        <Failure error={consultation.error} onRetry={() => void consultation.reload()} />
      </div>
    );
  }
  if (hasLeft(view.state)) return <RecordView view={view} onChanged={consultation.reload} />;
  return <Live view={view} consultation={consultation} />;
}

function Live({ view, consultation }: { view: ConsultationView; consultation: Resource<ConsultationView> }) {
  const call = useCall(view.id, isLive(view.state));
  const [finishing, setFinishing] = useState(false);
  useReloadWithRoom(call, consultation.reload);
  useWarningBeforeLeaving();
  useKeys({ n: focusNote, f: () => setFinishing(true), 'Ctrl+Shift+f': () => setFinishing(true) });
  return (
    <div class="consult">
      <Stage view={view} call={call} onFinish={() => setFinishing(true)} onChanged={consultation.reload} />
      <SidePanel
        view={view}
        onChanged={consultation.reload}
        onFinish={() => setFinishing(true)}
        keys={<Keys />}
      />
      <FinishDialog open={finishing && isOpen(view.state)} view={view} onClose={() => setFinishing(false)} />
    </div>
  );
}

function Keys() {
  const text = staffText().keys;
  return (
    <KeysHelp
      lines={[
        [['N'], text.note],
        [['Ctrl+Enter'], text.addNote],
        [['F', 'Ctrl+Shift+F'], text.finish],
      ]}
    />
  );
}

/** Who comes and goes, and the end of the room, change the record: read it again. */
function useReloadWithRoom(call: Call, reload: () => Promise<void>): void {
  const { room } = call;
  useEffect(() => {
    if (!room) return;
    const stops = [
      room.peers.subscribe(() => void reload()),
      room.ended.subscribe((end) => end && void reload()),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [room]);
}

/** A note that is not added yet would be lost with the page. */
function useWarningBeforeLeaving(): void {
  const { drafts } = useSignedIn();
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent) => {
      if (drafts.any) event.preventDefault();
    };
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [drafts]);
}
