import { effect } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import { useDocumentTitle } from '../../a11y/title';
import type { ConsultationView } from '../../api/types';
import { staffText } from '../../i18n/staff';
import { useSignedIn } from '../context';
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
      <FinishDialog
        open={finishing && isOpen(view.state)}
        view={view}
        onClose={() => setFinishing(false)}
        onChanged={consultation.reload}
      />
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

const SETTLE_MS = 300;

/**
 * Reads the record again when somebody came or went, or the room ended. What happens at once is gathered into
 * one reading.
 */
function useReloadWithRoom({ room }: Call, reload: () => Promise<void>): void {
  useEffect(() => {
    if (!room) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let first = true;
    const stop = effect(() => {
      room.peers.value;
      room.ended.value;
      clearTimeout(timer);
      if (!first) timer = setTimeout(() => void reload(), SETTLE_MS);
      first = false;
    });
    return () => {
      clearTimeout(timer);
      stop();
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
