import type { VisitState } from '../../api/types';
import type { StaffText } from '../../i18n/staff';

/** What staff can do with a visit besides admitting it. */
export type Act = 'message' | 'hold' | 'transfer' | 'decline' | 'no_answer';

/** A visit has this many calls; after the last, unanswered, it ends. */
export const MAX_CALLS = 2;

export function actsOn(state: VisitState): readonly Act[] {
  switch (state) {
    case 'checking':
    case 'waiting':
    case 'away':
      return ['message', 'hold', 'transfer', 'decline'];
    case 'called':
      return ['no_answer', 'message', 'decline'];
    case 'in_consultation':
      return ['message'];
    default:
      return [];
  }
}

export interface Asked {
  readonly heading: string;
  readonly label: string;
  readonly hint: string;
  readonly send: string;
  /** Texts to begin from. */
  readonly ready: readonly string[];
}

/** The words of the acts that send the patient a text. */
export function askedFor(act: 'message' | 'hold' | 'decline', name: string, text: StaffText['act']): Asked {
  switch (act) {
    case 'message':
      return {
        heading: text.messageHeading(name),
        label: text.messageLabel,
        hint: text.messageHint,
        send: text.messageSend,
        ready: text.messageReady,
      };
    case 'hold':
      return {
        heading: text.holdHeading(name),
        label: text.holdLabel,
        hint: text.holdHint,
        send: text.holdSend,
        ready: text.holdReady,
      };
    case 'decline':
      return {
        heading: text.declineHeading(name),
        label: text.declineLabel,
        hint: text.declineHint,
        send: text.declineSend,
        ready: text.declineReady,
      };
  }
}

export interface ActRequest {
  readonly path: string;
  readonly body: object | undefined;
}

/** The request that an act is. `value` is the text, or the other queue. */
export function requestOf(act: Act, visitId: string, value: string): ActRequest {
  const path = `visits/${visitId}/${act === 'no_answer' ? 'no-show' : act}`;
  const bodies = {
    message: { text: value },
    hold: { reason: value },
    transfer: { queue_id: value },
    decline: { guidance: value },
    no_answer: undefined,
  };
  return { path, body: bodies[act] };
}
