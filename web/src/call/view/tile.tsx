import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { announce } from '../../a11y/announcer';
import { Icon } from '../../design/icon';
import type { RoomPeer } from '../room-peer';
import { callText } from '../text';
import { StreamVideo } from './stream-video';

interface TileProps {
  peer: RoomPeer;
  speaker: string;
}

/** Somebody else: their picture, or their initial when the camera is off, and the screen they share. */
export function Tile({ peer, speaker }: TileProps) {
  const text = callText();
  const blocked = useSignal<(() => void) | null>(null);
  const { name, media } = peer.participant.value;
  const screen = media.screen ? peer.screen.value : null;
  useEffect(() => {
    announce(text.joined(name));
    return () => announce(text.left(name));
  }, []);
  return (
    <div class={screen ? 'tile tile-sharing' : 'tile'}>
      {screen && <StreamVideo stream={screen} label={text.sharesScreen(name)} class="tile-screen" muted />}
      <div class={media.video ? 'tile-camera' : 'tile-camera tile-camera-off'}>
        <StreamVideo
          stream={peer.camera.value}
          label={name}
          speaker={speaker}
          testId="remote-video"
          onBlocked={(retry) => {
            blocked.value = retry;
          }}
        />
        {!media.video && <Initial name={name} words={text.cameraIsOff(name)} />}
      </div>
      <p class="tile-name">
        {!media.audio && <Icon name="microphoneOff" />}
        <span>{name}</span>
        {!media.audio && <span class="unseen">, {text.microphoneIsOff}</span>}
      </p>
      <PathNotice peer={peer} />
      {blocked.value && (
        <button
          type="button"
          class="button button-primary tile-hear"
          onClick={() => {
            blocked.value?.();
            blocked.value = null;
          }}
        >
          <Icon name="speaker" />
          {text.tapToHear}
        </button>
      )}
    </div>
  );
}

function Initial({ name, words }: { name: string; words: string }) {
  return (
    <div class="tile-initial">
      <span aria-hidden="true">{name.trim().slice(0, 1).toUpperCase()}</span>
      <p>{words}</p>
    </div>
  );
}

function PathNotice({ peer }: { peer: RoomPeer }) {
  const text = callText();
  const { name } = peer.participant.value;
  const state = peer.state.value;
  if (state === 'new' || state === 'connecting') {
    return peer.camera.value?.active ? null : <p class="tile-notice">{text.connectingTo(name)}</p>;
  }
  if (state === 'disconnected' || state === 'failed') {
    return (
      <p class="tile-notice" role="status">
        {text.pathLost(name)}
      </p>
    );
  }
  return null;
}
