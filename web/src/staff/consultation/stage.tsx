import type { ComponentChildren } from 'preact';
import { ApiProblem, type ProblemCode } from '../../api/problem';
import type { ConsultationView } from '../../api/types';
import { CallView } from '../../call/view/call-view';
import { Button } from '../../design/button';
import { problemText } from '../../i18n/errors';
import { staffText } from '../../i18n/staff';
import { PhoneLink } from '../counter/phone-link';
import { EmptyRoom } from './empty-room';
import { OnThePhone, PhoneCall } from './phone-call';
import { Ringing } from './ringing';
import { isLive } from './state';
import type { Call } from './use-call';

interface StageProps {
  view: ConsultationView;
  call: Call;
  onFinish: () => void;
  onResume: () => void;
  onChanged: () => Promise<void>;
}

/** The large part of the page: the call, or what became of it. */
export function Stage({ view, call, onFinish, onResume, onChanged }: StageProps) {
  const text = staffText().consultation;
  const { room, again } = call;
  const end = room?.ended.value ?? null;
  if (!isLive(view.state) || end?.reason === 'completed') {
    return (
      <StageNote heading={text.over} body={text.overBody}>
        <Button kind="primary" onClick={onFinish}>
          {text.finish}
        </Button>
      </StageNote>
    );
  }
  if (view.phone_only) return <PhoneCall view={view} onChanged={onChanged} />;
  if (view.state === 'held' && room === null) {
    return (
      <StageNote heading={text.held} body={text.heldBody(view.person_name)}>
        <Button kind="primary" testId="resume" onClick={onResume}>
          {text.resume}{' '}
          <span class="kbd" aria-hidden="true">
            H
          </span>
        </Button>
      </StageNote>
    );
  }
  if (end?.reason === 'joined_elsewhere') {
    return (
      <StageNote heading={text.elsewhere} body={text.elsewhereBody}>
        <Button kind="primary" onClick={again}>
          {text.takeBack}
        </Button>
      </StageNote>
    );
  }
  if (end !== null) {
    const refused =
      end.reason === 'refused' ? problemText(new ApiProblem(codeOf(end.code), 0)) : text.overBody;
    return (
      <StageNote heading={text.over} body={refused}>
        <Button onClick={again}>{text.takeBack}</Button>
        <Button kind="primary" onClick={onFinish}>
          {text.finish}
        </Button>
      </StageNote>
    );
  }
  return (
    <div class="stage">
      {room && <CallView room={room} endText={text.overBody} waiting={waitingFor(view, onChanged)} />}
    </div>
  );
}

function waitingFor(view: ConsultationView, onChanged: () => Promise<void>): ComponentChildren {
  if (view.state !== 'calling') return <EmptyRoom view={view} />;
  return (
    <>
      <Ringing view={view} onTimeOver={onChanged} />
      {view.phone && (
        <div class="ringing-phone">
          <PhoneLink phone={view.phone} />
          <OnThePhone view={view} onChanged={onChanged} kind="plain" />
        </div>
      )}
    </>
  );
}

/** Signalling codes that the catalogue of HTTP problems has too. */
function codeOf(code: string | undefined): ProblemCode {
  return code === 'consultation_closed' || code === 'forbidden' || code === 'not_found'
    ? code
    : 'unavailable';
}

function StageNote(props: { heading: string; body: string; children: ComponentChildren }) {
  return (
    <div class="stage stage-note" role="status">
      <h2>{props.heading}</h2>
      <p>{props.body}</p>
      <div class="row">{props.children}</div>
    </div>
  );
}
