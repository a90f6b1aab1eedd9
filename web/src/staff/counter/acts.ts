import type { VisitorInLine, VisitState } from '../../api/types';
import type { StaffText } from '../../i18n/staff';

/** What staff can do with a visit besides admitting it. */
export type Act =
  | 'message'
  | 'hold'
  | 'release'
  | 'urgent'
  | 'routine'
  | 'needs'
  | 'transfer'
  | 'decline'
  | 'no_answer';

/** Done at once: nothing is asked. */
export type PlainAct = 'release' | 'routine';
/** Asked in the row itself: what is done often needs no dialog. */
export type QuickAct = 'message' | 'hold';
export type TextAct = 'message' | 'hold' | 'decline' | 'urgent';

/** A visit has this many calls; after the last, unanswered, it ends. */
export const MAX_CALLS = 2;

/** The key of each act, for the row that has the focus. */
export const ACT_KEYS: Readonly<Partial<Record<Act, string>>> = {
  message: 'm',
  hold: 'h',
  release: 'r',
  urgent: 'u',
  needs: 'e',
  transfer: 't',
  decline: 'd',
};

export function actsOn({ state, priority_class: priority }: Standing): readonly Act[] {
  switch (state) {
    case 'checking':
    case 'waiting':
    case 'away':
      return [
        'message',
        state === 'away' ? 'release' : 'hold',
        priority === 'urgent' ? 'routine' : 'urgent',
        'needs',
        'transfer',
        'decline',
      ];
    case 'called':
      return ['no_answer', 'message', 'decline'];
    case 'in_consultation':
      return ['message'];
    default:
      return [];
  }
}

interface Standing {
  readonly state: VisitState;
  readonly priority_class: VisitorInLine['priority_class'];
}

export function isPlain(act: Act): act is PlainAct {
  return act === 'release' || act === 'routine';
}

export function isQuick(act: Act): act is QuickAct {
  return act === 'message' || act === 'hold';
}

export interface Asked {
  readonly heading: string;
  readonly label: string;
  readonly hint: string;
  readonly send: string;
  /** Texts to begin from. */
  readonly ready: readonly string[];
}

/** The words of the acts that ask for a text. */
export function askedFor(act: TextAct, name: string, text: StaffText['act']): Asked {
  const words = {
    message: [text.messageHeading, text.messageLabel, text.messageHint, text.messageSend, text.messageReady],
    hold: [text.holdHeading, text.holdLabel, text.holdHint, text.holdSend, text.holdReady],
    decline: [text.declineHeading, text.declineLabel, text.declineHint, text.declineSend, text.declineReady],
    urgent: [text.urgentHeading, text.urgentLabel, text.urgentHint, text.urgentSend, text.urgentReady],
  } as const;
  const [heading, label, hint, send, ready] = words[act];
  return { heading: heading(name), label, hint, send, ready };
}

export interface ActRequest {
  readonly path: string;
  readonly body: object | undefined;
}

/** The request that an act is. `value` is the text, or the other queue. */
export function requestOf(act: Exclude<Act, 'needs'>, visitId: string, value: string): ActRequest {
  const [path, body] = {
    message: ['message', { text: value }],
    hold: ['hold', { reason: value }],
    release: ['release', undefined],
    urgent: ['class', { priority_class: 'urgent', reason: value }],
    routine: ['class', { priority_class: 'routine', reason: null }],
    transfer: ['transfer', { queue_id: value }],
    decline: ['decline', { guidance: value }],
    no_answer: ['no-show', undefined],
  }[act] as [string, object | undefined];
  return { path: `visits/${visitId}/${path}`, body };
}
