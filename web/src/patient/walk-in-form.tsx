import { useSignal, useSignalEffect } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { announce } from '../a11y/announcer';
import { newKey } from '../api/client';
import type { Entrance, PharmacyView, PublicQueue } from '../api/types';
import { Button } from '../design/button';
import { language } from '../i18n/language';
import { useAction } from './action';
import type { PatientApp } from './patient-app';
import { go } from './place';
import { Shell } from './shell';
import { type Shut, shutBy } from './shut';
import { patientText } from './text';
import { Trouble } from './trouble';
import {
  blamed,
  type Draft,
  emptyDraft,
  type Refused,
  reachFaults,
  walkInOf,
  whoFaults,
} from './walk-in-draft';
import { ConsentStep, ReachStep, WhoStep } from './walk-in-steps';

interface FormProps {
  app: PatientApp;
  pharmacy: PharmacyView;
  queue: PublicQueue;
  onBack: () => void;
  /** Meanwhile the line has closed, or is full. */
  onShut: (why: Shut, draft: Draft) => void;
}

const STEPS = 3;
const NONE_WRONG = { phone: false, email: false };

/** The way in, in three short steps. What was written is kept while going back and forth. */
export function WalkInForm({ app, pharmacy, queue, onBack, onShut }: FormProps) {
  const text = patientText();
  const step = useSignal(1);
  const tried = useSignal(false);
  const tries = useSignal(0);
  const draft = useSignal<Draft>(emptyDraft(spoken(pharmacy)));
  /** A number or an address that the server would not take: back to the step that asks for it. */
  const refused = useSignal<Refused | null>(null);
  useSignalEffect(() => {
    if (refused.value === null) return;
    step.value = 2;
    tried.value = true;
  });
  // The same request again has the same key; a changed one has another.
  const key = useMemo(newKey, [draft.value]);
  const form = useRef<HTMLFormElement>(null);
  const action = useAction();
  const change = (part: Partial<Draft>) => {
    draft.value = { ...draft.value, ...part };
  };
  const faults = whoFaults(draft.value, pharmacy.speaker_below_age, new Date());
  const wrongWays = reachFaults(draft.value, refused.value);
  const wrong =
    [faults.length > 0, wrongWays.phone || wrongWays.email, !draft.value.consent][step.value - 1] ?? false;
  const join = async () => {
    const body = walkInOf(draft.value, queue.id, pharmacy);
    const path = `pharmacies/${encodeURIComponent(pharmacy.slug)}/walk-ins`;
    app.enter(await app.client.post<Entrance>(path, body, { open: true, idempotencyKey: key }));
    go('/visit', 'replace');
  };
  /** A refusal that has a page or a field of its own. */
  const explain = (problem: unknown) => {
    const shut = shutBy(problem);
    const way = blamed(problem);
    if (shut) onShut(shut, draft.value);
    else if (way) refused.value = { way, value: draft.value[way] };
  };
  const submit = (event: Event) => {
    event.preventDefault();
    app.alerts.unlock();
    tried.value = wrong;
    tries.value += 1;
    if (wrong) announce(text.errors.heading, 'assertive');
    else if (step.value < STEPS) step.value += 1;
    else void action.run(join).then(() => explain(action.problem.value));
  };
  useFocusOnFault(form, tried.value && wrong, tries.value);
  const shown = tried.value;
  const props = { draft: draft.value, change, pharmacy };
  return (
    <Shell
      app={app}
      heading={[text.stepWho, text.stepReach, text.stepConsent][step.value - 1] ?? ''}
      lead={
        <p class="soft">
          {text.step(step.value, STEPS)} · {queue.name}
        </p>
      }
    >
      <form ref={form} class="stack stack-loose" noValidate onSubmit={submit}>
        {step.value === 1 && <WhoStep {...props} faults={shown ? faults : []} />}
        {step.value === 2 && <ReachStep {...props} wrong={shown ? wrongWays : NONE_WRONG} />}
        {step.value === 3 && <ConsentStep {...props} missing={shown && !draft.value.consent} />}
        <Trouble problem={action.problem.value} />
        <div class="stack stack-tight">
          <Button
            type="submit"
            kind="primary"
            wide
            tall
            busy={action.busy.value}
            testId={step.value < STEPS ? 'next' : 'join-queue'}
          >
            {step.value < STEPS ? text.next : action.busy.value ? text.joining : text.joinQueue}
          </Button>
          <Button
            kind="quiet"
            onClick={() => {
              tried.value = false;
              if (step.value === 1) onBack();
              else step.value -= 1;
            }}
          >
            {text.back}
          </Button>
        </div>
      </form>
    </Shell>
  );
}

function spoken(pharmacy: PharmacyView): string {
  return pharmacy.languages.includes(language.peek()) ? language.peek() : (pharmacy.languages[0] ?? 'en');
}

/** Brings a keyboard or screen reader to the first field that needs another look, at each try. */
function useFocusOnFault(form: { current: HTMLFormElement | null }, wrong: boolean, tries: number): void {
  useEffect(() => {
    if (!wrong) return;
    const first = form.current?.querySelector<HTMLElement>(
      '[aria-invalid="true"], fieldset[aria-describedby] input',
    );
    first?.focus();
  }, [wrong, tries, form]);
}
