import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { ConsultationView, VisitorInLine } from '../../api/types';
import { Button } from '../../design/button';
import { staffText } from '../../i18n/staff';
import { useDesk, useSignedIn } from '../context';
import { Failure } from '../shell/failure';
import { Consents } from './consents';
import { HoldPanel } from './hold-panel';
import { NotesPanel } from './notes-panel';
import { PeoplePanel } from './people-panel';
import { PersonPanel } from './person-panel';
import { canHold } from './state';

interface SidePanelProps {
  view: ConsultationView;
  /** Whether it is being asked why the call is put on hold. */
  holding: boolean;
  onHolding: (holding: boolean) => void;
  onChanged: () => Promise<void>;
  onHandover: () => void;
  onFinish: () => void;
  keys: ComponentChildren;
}

/** What stands beside the call: the person, the notes, who is there, and the end. */
export function SidePanel(props: SidePanelProps) {
  const { view, holding, onHolding, onChanged, onHandover, onFinish, keys } = props;
  const text = staffText().consultation;
  return (
    <div class="side">
      <div class="side-scroll">
        <PersonPanel view={view} onChanged={onChanged} />
        <NotesPanel view={view} onChanged={onChanged} />
        <PeoplePanel view={view} onChanged={onChanged} />
        <Consents consents={view.consents} />
      </div>
      {holding && <Holding view={view} onClose={() => onHolding(false)} onChanged={onChanged} />}
      <div class="side-foot">
        {keys}
        {view.state === 'calling' && <NoAnswer visitId={view.visit_id} />}
        {canHold(view) && (
          <Keyed keyName="H" testId="hold" onPress={() => onHolding(!holding)}>
            {text.hold}
          </Keyed>
        )}
        {view.state !== 'calling' && (
          <Keyed keyName="O" testId="handover" onPress={onHandover}>
            {text.handover}
          </Keyed>
        )}
        <Keyed keyName="F" testId="finish" kind="primary" onPress={onFinish}>
          {text.finish}
        </Keyed>
      </div>
    </div>
  );
}

/** The panel takes the focus when it opens. */
function Holding(props: { view: ConsultationView; onClose: () => void; onChanged: () => Promise<void> }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.querySelector('button')?.focus(), []);
  return (
    <div ref={box}>
      <HoldPanel {...props} />
    </div>
  );
}

interface KeyedProps {
  keyName: string;
  testId: string;
  kind?: 'plain' | 'primary';
  onPress: () => void;
  children: ComponentChildren;
}

function Keyed({ keyName, testId, kind = 'plain', onPress, children }: KeyedProps) {
  return (
    <Button kind={kind} testId={testId} onClick={onPress}>
      {children}{' '}
      <span class="kbd" aria-hidden="true">
        {keyName}
      </span>
    </Button>
  );
}

function NoAnswer({ visitId }: { visitId: VisitorInLine['id'] }) {
  const { client } = useSignedIn();
  const { router } = useDesk();
  const [error, setError] = useState<unknown>(null);
  const tell = async () => {
    try {
      await client.post(`visits/${visitId}/no-show`);
      router.go({ page: 'counter' });
    } catch (failure) {
      setError(failure);
    }
  };
  return (
    <>
      <Failure error={error} />
      <Button onClick={() => void tell()}>{staffText().consultation.noAnswer}</Button>
    </>
  );
}
