import './call.css';
import { useSignal, useSignalEffect } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { announce } from '../../a11y/announcer';
import { Confirm } from '../../design/dialog';
import { Devices } from '../devices';
import type { LocalMedia } from '../media';
import type { CallRoom } from '../room';
import { callText } from '../text';
import { ChatPanel, senderName } from './chat-panel';
import { Control, MediaControls, toggleCamera, toggleMute } from './controls';
import { QualityBadge } from './quality-badge';
import { Settings } from './settings';
import { useShortcuts } from './shortcuts';
import { StreamVideo } from './stream-video';
import { Tile } from './tile';

export interface CallViewProps {
  /** Joined by whoever mounts this; the view only shows it. */
  room: CallRoom;
  /** What the end button asks. Defaults to 'the call ends for you'. */
  endText?: string;
  /** Runs when the person has confirmed that they hang up. Defaults to `room.leave()`. */
  onHangUp?: () => void;
  /** Shown on the stage while nobody else is there. */
  waiting?: ComponentChildren;
  /** Shown at the top of the stage, such as the pharmacy's name and phone. */
  heading?: ComponentChildren;
}

/** The live call: the others large, oneself small, controls with words, chat, settings. Fills its container. */
export function CallView({ room, endText, onHangUp, waiting, heading }: CallViewProps) {
  const text = callText();
  const { media } = room;
  const devices = useMemo(() => new Devices(), []);
  const chatOpen = useSignal(false);
  const settingsOpen = useSignal(false);
  const ending = useSignal(false);
  useEffect(() => () => devices.close(), [devices]);
  useAnnouncements(room, chatOpen.value);
  const view = useRef<HTMLElement>(null);
  const toggleChat = () => {
    chatOpen.value = !chatOpen.value;
    if (!chatOpen.value) view.current?.querySelector<HTMLElement>('[data-testid="chat"]')?.focus();
  };
  useShortcuts({ m: () => toggleMute(media), v: () => toggleCamera(media), c: toggleChat });
  const unread = room.chat.unread.value;
  return (
    <section ref={view} class={chatOpen.value ? 'call call-chatting' : 'call'} aria-label={text.call}>
      <div class="call-stage">
        {heading && <div class="call-heading">{heading}</div>}
        <Others room={room} devices={devices} waiting={waiting} />
        <SelfView media={media} />
        <QualityBadge room={room} />
        <Banner room={room} />
      </div>
      <section class="call-controls" aria-label={text.controls}>
        <MediaControls media={media} />
        <Control
          icon="chat"
          label={text.chat}
          testId="chat"
          expanded={chatOpen.value}
          badge={unread > 0 && !chatOpen.value ? String(unread) : undefined}
          onPress={toggleChat}
        />
        <Control
          icon="settings"
          label={text.settings}
          testId="settings"
          onPress={() => {
            settingsOpen.value = true;
          }}
        />
        <Control
          icon="end"
          label={text.end}
          testId="end-call"
          danger
          onPress={() => {
            ending.value = true;
          }}
        />
      </section>
      {chatOpen.value && <ChatPanel room={room} onClose={toggleChat} />}
      <Settings
        open={settingsOpen.value}
        media={media}
        devices={devices}
        onClose={() => {
          settingsOpen.value = false;
        }}
      />
      <Confirm
        open={ending.value}
        heading={text.endHeading}
        confirm={text.endConfirm}
        cancel={text.stay}
        onClose={() => {
          ending.value = false;
        }}
        onConfirm={() => {
          ending.value = false;
          if (onHangUp) onHangUp();
          else void room.leave();
        }}
      >
        <p>{endText ?? text.endText}</p>
      </Confirm>
    </section>
  );
}

interface OthersProps {
  room: CallRoom;
  devices: Devices;
  waiting: ComponentChildren;
}

function Others({ room, devices, waiting }: OthersProps) {
  const peers = room.peers.value;
  if (peers.length === 0)
    return <div class="call-empty">{waiting ?? <p>{callText().waitingForOthers}</p>}</div>;
  return (
    <div class={peers.length > 1 ? 'tiles tiles-several' : 'tiles'}>
      {peers.map((peer) => (
        <Tile key={peer.participant.value.id} peer={peer} speaker={devices.speaker.value} />
      ))}
    </div>
  );
}

function SelfView({ media }: { media: LocalMedia }) {
  const stream = media.selfView.value;
  if (stream === null) return null;
  return (
    <div class="self">
      <StreamVideo stream={stream} label={callText().yourCamera} class="mirrored" muted testId="self-video" />
    </div>
  );
}

/** What is wrong right now, in one sentence. */
function Banner({ room }: { room: CallRoom }) {
  const text = callText();
  const { microphone, camera } = room.media.faults.value;
  const words =
    (room.status.value === 'reconnecting' && text.reconnecting) ||
    (microphone && text.faults.microphone[microphone]) ||
    (camera && text.faults.camera[camera]);
  return (
    <div class="call-banner" role="status">
      {words && <p>{words}</p>}
    </div>
  );
}

function useAnnouncements(room: CallRoom, chatOpen: boolean): void {
  const dropped = useRef(false);
  useSignalEffect(() => {
    const status = room.status.value;
    if (status === 'joined' && dropped.current) announce(callText().reconnected);
    dropped.current = status === 'reconnecting';
  });
  const unread = room.chat.unread.value;
  useEffect(() => {
    const line = room.chat.lines.value.at(-1);
    if (unread > 0 && line && !chatOpen)
      announce(callText().chatFrom(senderName(room, line.from), line.text));
  }, [unread]);
}
