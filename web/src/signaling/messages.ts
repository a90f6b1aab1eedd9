// Made by `python -m signaling.typescript` from signaling/messages.py: do not edit.
// What the messages mean stands in signaling/PROTOCOL.md.

import type { VisitView } from "../api/types";

export const PROTOCOL = 1;

export type SignalCode =
  | "unauthenticated"
  | "token_expired"
  | "session_ended"
  | "protocol_unsupported"
  | "overloaded"
  | "malformed"
  | "unknown_message"
  | "invalid"
  | "too_large"
  | "too_many_messages"
  | "forbidden"
  | "not_found"
  | "not_in_room"
  | "peer_gone"
  | "consultation_closed"
  | "internal";

export const REQUESTS = [
  "visit.watch",
  "visit.unwatch",
  "queue.watch",
  "queue.unwatch",
  "room.join",
  "room.signal",
  "room.media",
  "room.quality",
  "room.chat",
  "room.leave",
  "auth.refresh",
] as const;

export const PUSHES = [
  "queue.tick",
  "visit.changed",
  "visit.called",
  "queue.changed",
  "room.peer",
  "room.signal",
  "room.chat",
  "room.quality",
  "room.path",
  "room.ended",
  "session.expiring",
] as const;

/** `RTCIceCandidateInit` (WebRTC 1.0, section 4.8.1), passed on unread. Additions are left out. */
export interface Candidate {
  readonly candidate?: string;
  readonly sdpMid?: string | null;
  readonly sdpMLineIndex?: number | null;
  readonly usernameFragment?: string | null;
}

/** A candidate; `null` is the end of candidates. */
export interface CandidateSignal {
  readonly candidate: Candidate | null;
}

export interface ChatMessage {
  readonly id: string;
  readonly from: string;
  readonly text: string;
  readonly sent_at: string;
}

export interface ChatStored {
  readonly message: ChatMessage;
}

/** An SDP offer or answer, passed on unread. What a browser may add to it is left out. */
export interface Description {
  readonly type: "offer" | "answer" | "pranswer" | "rollback";
  readonly sdp?: string;
}

export interface DescriptionSignal {
  readonly description: Description;
}

/** It was done, and there is nothing to say about it. */
export type Done = Readonly<Record<string, never>>;

/** A STUN or TURN server, as `RTCPeerConnection` takes it. */
export interface IceServer {
  readonly urls: readonly string[];
  readonly username?: string;
  readonly credential?: string;
}

/** Enter the room. A page that was in it and still has its peer connections names its `connection`. */
export interface JoinRoom {
  readonly consultation_id: string;
  readonly media: Media;
  readonly connection?: string | null;
}

export interface LeaveRoom {
  readonly consultation_id: string;
  readonly reason: "hang_up" | "page_closed";
}

/** What a participant sends: microphone, camera, screen. */
export interface Media {
  readonly audio: boolean;
  readonly video: boolean;
  readonly screen: boolean;
}

/** Somebody in the room. `connection` is new for each page that joined; a page that resumes keeps it. */
export interface Participant {
  readonly id: string;
  readonly kind: "patient" | "pharmacist" | "guest";
  readonly name: string;
  readonly media: Media;
  readonly connection: string;
}

/** What `getStats` said in the last second; `loss` is a share from 0 to 1, `null` is not known. */
export interface QualitySample {
  readonly rtt_ms: number | null;
  readonly loss: number | null;
  readonly jitter_ms: number | null;
  readonly bitrate_kbps: number | null;
}

/** A hint that the line changed: read it over HTTP. */
export interface QueueChanged {
  readonly queue_id: string;
  readonly version: number;
}

/**
 * What became of a line, the same for all who stand in it.
 *
 * `ops` turn the line of `from_version` into that of `to_version`, one after the other: `[rank, 1]`,
 * somebody now stands at that rank (from 0); `[rank, -1]`, the one there stands there no longer. `wait` is
 * the wait by place.
 */
export interface QueueTick {
  readonly queue_id: string;
  readonly from_version: number;
  readonly to_version: number;
  readonly ops: readonly (readonly [number, 1 | -1])[];
  readonly state: "open" | "paused" | "closed";
  readonly pause_message: string | null;
  readonly wait: WaitCurve | WaitUnknown;
}

export interface QueueWatched {
  readonly version: number;
}

export interface RefreshToken {
  readonly token: string;
}

export interface ReportQuality {
  readonly consultation_id: string;
  readonly level: number;
  readonly reason: "good" | "loss" | "rtt" | "jitter" | "bandwidth" | "cpu" | "unknown";
  readonly sample: QualitySample;
}

/** The room as it is at the moment of joining. */
export interface Room {
  readonly consultation_id: string;
  readonly path_epoch: number;
  readonly self: Participant;
  readonly polite: boolean;
  readonly peers: readonly Participant[];
  readonly ice_servers: readonly IceServer[];
  readonly chat: readonly ChatMessage[];
}

export interface RoomChat {
  readonly consultation_id: string;
  readonly message: ChatMessage;
}

/** The room is over, or over on this device. */
export interface RoomEnded {
  readonly consultation_id: string;
  readonly reason: "joined_elsewhere" | "completed" | "pharmacist_hung_up" | "patient_left" | "unanswered" | "transferred" | "ended";
}

export interface RoomJoined {
  readonly room: Room;
}

/** Media takes another path: new peer connections with this epoch. */
export interface RoomPath {
  readonly consultation_id: string;
  readonly path_epoch: number;
  readonly path: "peer" | "relay";
}

/** Somebody else in the room joined (or joined again), left, or changed what they send. */
export interface RoomPeer {
  readonly consultation_id: string;
  readonly event: "joined" | "left" | "media";
  readonly participant: Participant;
}

export interface RoomQuality {
  readonly consultation_id: string;
  readonly from: string;
  readonly level: number;
  readonly reason: "good" | "loss" | "rtt" | "jitter" | "bandwidth" | "cpu" | "unknown";
}

export interface RoomSignal {
  readonly consultation_id: string;
  readonly from: string;
  readonly path_epoch: number;
  readonly signal: DescriptionSignal | CandidateSignal;
}

export interface SendChat {
  readonly consultation_id: string;
  readonly client_key: string;
  readonly text: string;
}

export interface SendSignal {
  readonly consultation_id: string;
  readonly to: string;
  readonly path_epoch: number;
  readonly signal: DescriptionSignal | CandidateSignal;
}

/** Send `auth.refresh` before this moment, or be disconnected. */
export interface SessionExpiring {
  readonly expires_at: string;
}

export interface SetMedia {
  readonly consultation_id: string;
  readonly media: Media;
}

export interface TokenRefreshed {
  readonly expires_at: string;
}

export interface UnwatchQueue {
  readonly queue_id: string;
}

export interface UnwatchVisit {
  readonly visit_id: string;
}

/** A pharmacist is ready for this visit. To be acknowledged; sent again until it is. */
export interface VisitCalled {
  readonly visit_id: string;
  readonly consultation_id: string;
  readonly answer_by: string | null;
}

/** The patient's own visit, whole. */
export interface VisitChanged {
  readonly visit: VisitView;
}

export interface VisitWatched {
  readonly visit: VisitView;
}

/** The wait by place, at some places: in between it runs straight. */
export interface WaitCurve {
  readonly kind: "curve";
  readonly points: readonly (readonly [number, number, number])[];
}

/** No honest forecast can be made. The reasons are those of the HTTP API. */
export interface WaitUnknown {
  readonly kind: "unknown";
  readonly reason: string;
}

export interface WatchQueue {
  readonly queue_id: string;
}

export interface WatchVisit {
  readonly visit_id: string;
}

/** Client to server: name, payload and `ok`. */
export interface Requests {
  readonly "visit.watch": { readonly payload: WatchVisit; readonly ok: VisitWatched };
  readonly "visit.unwatch": { readonly payload: UnwatchVisit; readonly ok: Done };
  readonly "queue.watch": { readonly payload: WatchQueue; readonly ok: QueueWatched };
  readonly "queue.unwatch": { readonly payload: UnwatchQueue; readonly ok: Done };
  readonly "room.join": { readonly payload: JoinRoom; readonly ok: RoomJoined };
  readonly "room.signal": { readonly payload: SendSignal; readonly ok: Done };
  readonly "room.media": { readonly payload: SetMedia; readonly ok: Done };
  readonly "room.quality": { readonly payload: ReportQuality; readonly ok: Done };
  readonly "room.chat": { readonly payload: SendChat; readonly ok: ChatStored };
  readonly "room.leave": { readonly payload: LeaveRoom; readonly ok: Done };
  readonly "auth.refresh": { readonly payload: RefreshToken; readonly ok: TokenRefreshed };
}

/** Server to client: name and payload. */
export interface Pushes {
  readonly "queue.tick": QueueTick;
  readonly "visit.changed": VisitChanged;
  readonly "visit.called": VisitCalled;
  readonly "queue.changed": QueueChanged;
  readonly "room.peer": RoomPeer;
  readonly "room.signal": RoomSignal;
  readonly "room.chat": RoomChat;
  readonly "room.quality": RoomQuality;
  readonly "room.path": RoomPath;
  readonly "room.ended": RoomEnded;
  readonly "session.expiring": SessionExpiring;
}

/** What every client message is acknowledged with. */
export type Answer<Ok> =
  | { readonly ok: Ok; readonly error?: undefined }
  | { readonly ok?: undefined; readonly error: SignalError };

export interface SignalError {
  readonly code: SignalCode;
  readonly message: string;
}

export type ParticipantKind = Participant["kind"];
export type PeerEvent = RoomPeer["event"];
export type QualityReason = RoomQuality["reason"];
export type RoomEnd = RoomEnded["reason"];
export type Signal = RoomSignal["signal"];
export type RequestName = keyof Requests;
export type PushName = keyof Pushes;
