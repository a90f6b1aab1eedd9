import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { ConsultationView, VisitorInLine } from '../../api/types';
import { Button } from '../../design/button';
import { staffText } from '../../i18n/staff';
import { useDesk, useSignedIn } from '../context';
import { Failure } from '../shell/failure';
import { Consents } from './consents';
import { NotesPanel } from './notes-panel';
import { PeoplePanel } from './people-panel';
import { PersonPanel } from './person-panel';

interface SidePanelProps {
  view: ConsultationView;
  onChanged: () => Promise<void>;
  onFinish: () => void;
  keys: ComponentChildren;
}

/** What stands beside the call: the person, the notes, who is there, and the end. */
export function SidePanel({ view, onChanged, onFinish, keys }: SidePanelProps) {
  const text = staffText().consultation;
  return (
    <div class="side">
      <div class="side-scroll">
        <PersonPanel view={view} onChanged={onChanged} />
        <NotesPanel view={view} onChanged={onChanged} />
        <PeoplePanel view={view} onChanged={onChanged} />
        <Consents consents={view.consents} />
      </div>
      <div class="side-foot">
        {keys}
        {view.state === 'calling' && <NoAnswer visitId={view.visit_id} />}
        <Button kind="primary" testId="finish" onClick={onFinish}>
          {text.finish}{' '}
          <span class="kbd" aria-hidden="true">
            F
          </span>
        </Button>
      </div>
    </div>
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
