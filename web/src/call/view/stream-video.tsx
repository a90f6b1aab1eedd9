import { useEffect, useRef } from 'preact/hooks';

interface StreamVideoProps {
  stream: MediaStream | null;
  /** Named for screen readers. */
  label: string;
  class?: string;
  muted?: boolean;
  /** A speaker's id, where the browser can choose; empty is the system's. */
  speaker?: string;
  testId?: string;
  /** The browser wants a touch before it plays sound; `retry` is for that touch. */
  onBlocked?: (retry: () => void) => void;
}

/** A video element that plays a live stream. */
export function StreamVideo(props: StreamVideoProps) {
  const { stream, label, muted = false, speaker = '', testId, onBlocked } = props;
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const element = video.current;
    if (!element || element.srcObject === stream) return;
    element.srcObject = stream;
    if (stream) play(element, onBlocked);
  }, [stream]);
  useEffect(() => {
    const element = video.current as
      | (HTMLVideoElement & { setSinkId?: (id: string) => Promise<void> })
      | null;
    if (!muted) element?.setSinkId?.(speaker).catch(() => undefined);
  }, [speaker, muted]);
  return (
    <video
      ref={video}
      class={props.class}
      aria-label={label}
      data-testid={testId}
      muted={muted}
      autoplay
      playsInline
    />
  );
}

function play(element: HTMLVideoElement, onBlocked: StreamVideoProps['onBlocked']): void {
  element.play().catch((error: unknown) => {
    if ((error as DOMException).name === 'NotAllowedError')
      onBlocked?.(() => void element.play().catch(() => undefined));
  });
}
