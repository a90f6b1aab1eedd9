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
import { HandoverDialog } from './handover-dialog';
import { focusNote } from './notes-panel';
import { pressOnThePhone } from './phone-call';
import { RecordView } from './record-view';
import { SidePanel } from './side-panel';
import { Stage } from './stage';
import { canHandOver, canHold, hasLeft, inRoom, isOpen } from './state';
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
  const [resuming, resume] = useState(false);
  const call = useCall(view.id, inRoom(view, resuming));
  const [asking, ask] = useState<'finish' | 'handover' | 'hold' | null>(null);
  const changed = consultation.reload;
  const close = () => ask(null);
  useReloadWithRoom(call, changed);
  useReloadAfterHold(call, view.state === 'held', changed);
  useWarningBeforeLeaving();
  useEffect(() => {
    if (view.state !== 'held') resume(false);
  }, [view.state]);
  useKeys({
    n: focusNote,
    h: () => (view.state === 'held' ? resume(true) : canHold(view) && ask('hold')),
    o: () => canHandOver(view.state) && ask('handover'),
    p: pressOnThePhone,
    f: () => ask('finish'),
    'Ctrl+Shift+f': () => ask('finish'),
  });
  return (
    <div class="consult">
      <Stage
        view={view}
        call={call}
        onFinish={() => ask('finish')}
        onResume={() => resume(true)}
        onChanged={changed}
      />
      <SidePanel
        view={view}
        holding={asking === 'hold' && canHold(view)}
        onHolding={(holding) => ask(holding ? 'hold' : null)}
        onChanged={changed}
        onHandover={() => ask('handover')}
        onFinish={() => ask('finish')}
        keys={<Keys />}
      />
      <FinishDialog
        open={asking === 'finish' && isOpen(view.state)}
        view={view}
        onClose={close}
        onChanged={changed}
      />
      <HandoverDialog
        open={asking === 'handover' && canHandOver(view.state)}
        view={view}
        onClose={close}
        onChanged={changed}
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
        [['1–9'], text.phrase],
        [['Ctrl+Enter'], text.addNote],
        [['H'], text.hold],
        [['O'], text.handover],
        [['P'], text.onThePhone],
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

/** Coming back into the room ends a hold, whether or not anybody else is there to see it. */
function useReloadAfterHold({ room }: Call, held: boolean, reload: () => Promise<void>): void {
  useEffect(() => {
    if (!room || !held) return;
    return effect(() => {
      if (room.status.value === 'joined') void reload();
    });
  }, [room, held]);
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
