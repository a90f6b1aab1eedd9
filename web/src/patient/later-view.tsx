import { signal } from '@preact/signals';
import type { ComponentType } from 'preact';
import { useEffect } from 'preact/hooks';
import { fetchPart } from '../api/part';
import { Button } from '../design/button';
import { loadTexts } from '../i18n/language';
import type { PatientApp } from './patient-app';
import { Shell } from './shell';
import { patientText } from './text';
import { Trouble } from './trouble';

interface LaterView<Props> {
  View: ComponentType<Props>;
  /** Fetches the code before it is wanted. */
  preload(): void;
}

/** A view whose code (and words) come after the page, so that the page itself comes early. */
export function laterView<Props extends { app: PatientApp }>(
  load: () => Promise<ComponentType<Props>>,
): LaterView<Props> {
  const found = signal<ComponentType<Props> | null>(null);
  const problem = signal<unknown>(null);
  let loading = false;
  const fetchIt = async () => {
    if (loading || found.peek() !== null) return;
    loading = true;
    problem.value = null;
    try {
      const view = await fetchPart(load);
      await loadTexts();
      found.value = view;
    } catch (error) {
      problem.value = error;
    }
    loading = false;
  };
  const View = (props: Props) => {
    useEffect(() => void fetchIt(), []);
    const Found = found.value;
    return Found ? (
      <Found {...props} />
    ) : (
      <OnItsWay app={props.app} problem={problem.value} onRetry={fetchIt} />
    );
  };
  return { View, preload: () => void fetchIt() };
}

interface OnItsWayProps {
  app: PatientApp;
  problem: unknown;
  onRetry: () => Promise<void>;
}

function OnItsWay({ app, problem, onRetry }: OnItsWayProps) {
  const text = patientText();
  return (
    <Shell app={app} heading={text.loading}>
      <Trouble problem={problem} />
      {problem !== null && (
        <Button kind="primary" wide tall onClick={() => void onRetry()}>
          {text.tryAgain}
        </Button>
      )}
    </Shell>
  );
}
