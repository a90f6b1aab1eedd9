import { useEffect, useId } from 'preact/hooks';
import { Button } from '../../design/button';
import { Dialog } from '../../design/dialog';
import { Tick } from '../../design/field';
import type { Device, Devices } from '../devices';
import type { Capture, LocalMedia } from '../media';
import { callText } from '../text';
import { setShortcuts, shortcutsOn } from './shortcuts';

interface SettingsProps {
  open: boolean;
  media: LocalMedia;
  devices: Devices;
  onClose: () => void;
}

/** Which camera, microphone and speaker, and whether single keys are shortcuts. */
export function Settings({ open, media, devices, onClose }: SettingsProps) {
  const text = callText();
  useEffect(() => {
    if (open) void devices.refresh();
  }, [open, devices]);
  return (
    <Dialog open={open} heading={text.settingsHeading} onClose={onClose}>
      <DevicePickers media={media} devices={devices} />
      <Tick
        label={text.shortcuts}
        hint={text.shortcutsHint}
        checked={shortcutsOn.value}
        onChange={setShortcuts}
      />
      <Button kind="primary" onClick={onClose}>
        {text.done}
      </Button>
    </Dialog>
  );
}

/** The pickers alone, for the device check too. */
export function DevicePickers({ media, devices }: { media: LocalMedia; devices: Devices }) {
  const text = callText();
  const { cameras, microphones, speakers } = devices.list.value;
  const captured = (kind: Capture) => (id: string) => void media.choose(kind, id);
  return (
    <>
      <Picker
        label={text.camera}
        found={cameras}
        value={media.deviceId('camera')}
        onPick={captured('camera')}
      />
      <Picker
        label={text.microphone}
        found={microphones}
        value={media.deviceId('microphone')}
        onPick={captured('microphone')}
      />
      {devices.canChooseSpeaker && (
        <Picker
          label={text.speaker}
          found={speakers}
          value={devices.speaker.value}
          first={text.systemSpeaker}
          onPick={(id) => devices.chooseSpeaker(id)}
        />
      )}
    </>
  );
}

interface PickerProps {
  label: string;
  found: readonly Device[];
  value: string | null;
  first?: string;
  onPick: (id: string) => void;
}

function Picker({ label, found, value, first, onPick }: PickerProps) {
  const id = useId();
  if (found.length === 0) return null;
  return (
    <div class="field">
      <label class="field-label" for={id}>
        {label}
      </label>
      <select
        id={id}
        class="input"
        value={value ?? (first ? '' : found[0]?.id)}
        onChange={(event) => onPick(event.currentTarget.value)}
      >
        {first && <option value="">{first}</option>}
        {found.map((device, index) => (
          <option key={device.id} value={device.id}>
            {device.label || callText().unnamed(label, index + 1)}
          </option>
        ))}
      </select>
    </div>
  );
}
