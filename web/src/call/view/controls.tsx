import { announce } from '../../a11y/announcer';
import { Icon, type IconName } from '../../design/icon';
import type { LocalMedia } from '../media';
import { callText } from '../text';

interface ControlProps {
  icon: IconName;
  label: string;
  testId: string;
  pressed?: boolean;
  expanded?: boolean;
  danger?: boolean;
  badge?: string | undefined;
  onPress: () => void;
}

/** One button of the call: an icon over its word. */
export function Control({ icon, label, testId, pressed, expanded, danger, badge, onPress }: ControlProps) {
  return (
    <button
      type="button"
      class={danger ? 'control control-danger' : 'control'}
      data-testid={testId}
      aria-pressed={pressed}
      aria-expanded={expanded}
      onClick={onPress}
    >
      <Icon name={icon} />
      <span>{label}</span>
      {badge && <span class="control-badge">{badge}</span>}
    </button>
  );
}

export function toggleMute(media: LocalMedia): void {
  const muted = !(media.muted.value || media.tracks.value.microphone === null);
  media.setMuted(muted);
  announce(muted ? callText().muted : callText().unmuted);
}

export function toggleCamera(media: LocalMedia): void {
  const on = media.tracks.value.camera === null;
  void media.setCamera(on);
  announce(on ? callText().cameraNowOn : callText().cameraNowOff);
}

/** Mute and camera. The words say what a press does; `aria-pressed` would say it twice. */
export function MediaControls({ media }: { media: LocalMedia }) {
  const text = callText();
  const { audio, video, screen } = media.state.value;
  return (
    <>
      <Control
        icon={audio ? 'microphone' : 'microphoneOff'}
        label={audio ? text.mute : text.unmute}
        testId="mute"
        onPress={() => toggleMute(media)}
      />
      <Control
        icon={video ? 'camera' : 'cameraOff'}
        label={video ? text.cameraOff : text.cameraOn}
        testId="camera"
        onPress={() => toggleCamera(media)}
      />
      {media.canShareScreen && (
        <Control
          icon="share"
          label={screen ? text.stopSharing : text.share}
          testId="share"
          onPress={() => {
            if (screen) media.stopSharing();
            else void media.shareScreen().then((began) => began && announce(text.sharing));
          }}
        />
      )}
    </>
  );
}
