import { type Signal, useSignal, useSignalEffect } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { DeviceCheck, VisitView } from '../api/types';
import { Devices } from '../call/devices';
import { HEARD, watchLevel } from '../call/level-meter';
import type { Fault, LocalMedia } from '../call/media';
import { callText } from '../call/text';
import { DevicePickers } from '../call/view/settings';
import { StreamVideo } from '../call/view/stream-video';
import { Button } from '../design/button';
import { Icon } from '../design/icon';
import { Notice } from '../design/notice';
import { useAction } from './action';
import { helpFor } from './browser';
import { judgeNetwork, type NetworkVerdict, sampleNetwork } from './network-check';
import type { PatientApp } from './patient-app';
import { placeWords } from './place-card';
import { Shell } from './shell';
import { patientText } from './text';
import { Trouble } from './trouble';
import type { VisitWatch } from './visit-watch';

interface CheckProps {
  app: PatientApp;
  watch: VisitWatch;
  visit: VisitView;
  onDone: () => void;
}

const SKIPPED: DeviceCheck = { camera: 'skipped', microphone: 'skipped', network: 'skipped' };

/** Camera, microphone and speaker, one after the other. Nothing found here stops anybody from waiting. */
export function DeviceCheckView({ app, watch, visit, onDone }: CheckProps) {
  const text = patientText();
  const started = useSignal(false);
  const heard = useSignal(false);
  const network = useSignal<NetworkVerdict | null>(null);
  const begin = useAction();
  const finish = useAction();
  useEffect(() => () => app.media.stop(), [app]);
  const start = () => {
    app.alerts.unlock();
    void begin.run(async () => {
      await app.media.start();
      started.value = true;
      network.value = null;
      void sampleNetwork().then((sample) => {
        network.value = judgeNetwork(sample);
      });
    });
  };
  const send = (found: DeviceCheck) =>
    void finish.run(async () => {
      await watch.deviceCheck(found);
      onDone();
    });
  return (
    <Shell
      app={app}
      heading={text.check}
      lead={
        visit.place !== null && (
          <p class="place-line">
            <Icon name="check" />
            <span>
              {text.placeTaken(visit.place)}
              <span class="unseen" data-testid="place">
                {placeWords(visit.place)}
              </span>
            </span>
          </p>
        )
      }
    >
      {started.value ? (
        <Checks app={app} heard={heard} network={network.value} onRetry={start} />
      ) : (
        <div class="stack">
          <p>{text.checkIntro}</p>
          <Button kind="primary" wide tall testId="check-start" busy={begin.busy.value} onClick={start}>
            {text.checkStart}
          </Button>
          <p class="soft">{text.checkStartHint}</p>
        </div>
      )}
      <Trouble problem={finish.problem.value} />
      {started.value ? (
        <Button
          kind="primary"
          wide
          tall
          testId="check-done"
          busy={finish.busy.value}
          onClick={() => send(foundBy(app.media, heard.value, network.value))}
        >
          {text.checkDone}
        </Button>
      ) : (
        <Button kind="quiet" testId="check-skip" busy={finish.busy.value} onClick={() => send(SKIPPED)}>
          {text.checkSkip}
        </Button>
      )}
    </Shell>
  );
}

/** What the pharmacy is told. A device that another program holds counts as blocked. */
export function foundBy(media: LocalMedia, heard: boolean, network: NetworkVerdict | null): DeviceCheck {
  const tracks = media.tracks.peek();
  const { camera, microphone } = media.faults.peek();
  const silent = heard ? 'ok' : 'silent';
  return {
    camera: tracks.camera ? 'ok' : wordOf(camera),
    microphone: tracks.microphone ? silent : wordOf(microphone),
    network: network ?? 'skipped',
  };
}

function wordOf(fault: Fault | null): 'missing' | 'blocked' {
  return fault === null || fault === 'missing' ? 'missing' : 'blocked';
}

interface ChecksProps {
  app: PatientApp;
  heard: Signal<boolean>;
  network: NetworkVerdict | null;
  onRetry: () => void;
}

function Checks({ app, heard, network, onRetry }: ChecksProps) {
  const devices = useMemo(() => new Devices(), []);
  useEffect(() => {
    void devices.refresh();
    return () => devices.close();
  }, [devices]);
  const text = patientText();
  const first = useRef<HTMLDivElement>(null);
  // The button that began the check is gone: the keyboard goes on from what took its place.
  useEffect(() => first.current?.querySelector('h2')?.focus(), []);
  const { list } = devices;
  const several = list.value.cameras.length > 1 || list.value.microphones.length > 1;
  return (
    <div class="checks" ref={first}>
      <CameraCheck media={app.media} />
      <MicrophoneCheck media={app.media} heard={heard} />
      <SpeakerCheck app={app} />
      <NetworkCheck verdict={network} />
      <PermissionHelp media={app.media} onRetry={onRetry} />
      {several && (
        <details class="urgent">
          <summary>{text.otherDevices}</summary>
          <div class="stack">
            <DevicePickers media={app.media} devices={devices} />
          </div>
        </details>
      )}
    </div>
  );
}

function CameraCheck({ media }: { media: LocalMedia }) {
  const text = patientText();
  const stream = media.selfView.value;
  const fault = media.faults.value.camera;
  return (
    <section class="card stack stack-tight" aria-labelledby="check-camera">
      <h2 id="check-camera" class="check-head" tabIndex={-1}>
        <Icon name={stream ? 'camera' : 'cameraOff'} />
        {text.checkCamera}
      </h2>
      {stream ? (
        <>
          <p>{text.cameraSee}</p>
          <StreamVideo
            stream={stream}
            label={callText().yourCamera}
            class="check-video mirrored"
            muted
            testId="self-video"
          />
        </>
      ) : (
        <p>{callText().faults.camera[fault ?? 'missing']}</p>
      )}
    </section>
  );
}

function MicrophoneCheck({ media, heard }: { media: LocalMedia; heard: Signal<boolean> }) {
  const text = patientText();
  const level = useSignal(0);
  const track = media.tracks.value.microphone;
  const fault = media.faults.value.microphone;
  useSignalEffect(() => {
    const live = media.tracks.value.microphone;
    if (!live) return;
    const stop = watchLevel(live, (loud) => {
      level.value = loud;
      if (loud > HEARD) heard.value = true;
    });
    return () => stop?.();
  });
  return (
    <section class="card stack stack-tight" aria-labelledby="check-microphone">
      <h2 id="check-microphone" class="check-head">
        <Icon name={track ? 'microphone' : 'microphoneOff'} />
        {text.checkMicrophone}
      </h2>
      {track ? (
        <>
          <p>{text.microphoneSay}</p>
          <progress class="level" max={1} value={level.value} aria-label={text.level} />
          <p role="status" class="check-good">
            {heard.value && (
              <>
                <Icon name="check" />
                {text.microphoneHeard}
              </>
            )}
          </p>
        </>
      ) : (
        <p>{callText().faults.microphone[fault ?? 'missing']}</p>
      )}
    </section>
  );
}

function SpeakerCheck({ app }: { app: PatientApp }) {
  const text = patientText();
  return (
    <section class="card stack stack-tight" aria-labelledby="check-speaker">
      <h2 id="check-speaker" class="check-head">
        <Icon name="speaker" />
        {text.checkSpeaker}
      </h2>
      <p>{text.speakerAsk}</p>
      <Button onClick={() => app.alerts.try('soon')}>{text.speakerPlay}</Button>
    </section>
  );
}

function NetworkCheck({ verdict }: { verdict: NetworkVerdict | null }) {
  const text = patientText();
  return (
    <section class="card stack stack-tight" aria-labelledby="check-network">
      <h2 id="check-network" class="check-head">
        <Icon name={verdict === 'good' ? 'check' : 'clock'} />
        {text.checkNetwork}
      </h2>
      <p role="status">{text.network[verdict ?? 'measuring']}</p>
    </section>
  );
}

function PermissionHelp({ media, onRetry }: { media: LocalMedia; onRetry: () => void }) {
  const text = patientText();
  const { camera, microphone } = media.faults.value;
  if (camera === null && microphone === null) return null;
  const blocked = camera === 'blocked' || microphone === 'blocked';
  return (
    <Notice kind="warn">
      {blocked && (
        <>
          <h2>{text.helpHeading}</h2>
          <ol class="steps">
            {text.help[helpFor(navigator.userAgent)].map((step) => (
              <li key={step}>{step}</li>
            ))}
          </ol>
        </>
      )}
      <p>{text.noneNeeded}</p>
      <p>
        <Button onClick={onRetry}>{text.tryAgain}</Button>
      </p>
    </Notice>
  );
}
