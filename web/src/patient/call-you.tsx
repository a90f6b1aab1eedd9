import type { VisitView } from '../api/types';
import { Button } from '../design/button';
import { Icon } from '../design/icon';
import { Notice } from '../design/notice';
import type { PatientApp } from './patient-app';
import { patientText } from './text';
import type { PatientText } from './text/en';

/** How the patient learns that it is their turn: this page, this device, and what else we may use. */
export function CallYou({ app, visit }: { app: PatientApp; visit: VisitView }) {
  const text = patientText();
  return (
    <section class="card stack" aria-labelledby="call-you">
      <h2 id="call-you">{text.callYou}</h2>
      <p>{text.ringsHere}</p>
      <Sound app={app} />
      <Device app={app} />
      <p data-testid="reach">{reachWords(visit.reach, text)}</p>
    </section>
  );
}

function Sound({ app }: { app: PatientApp }) {
  const text = patientText();
  const audible = app.alerts.audible.value;
  const button = (
    <Button testId="sound" onClick={() => app.alerts.try('soon')}>
      <Icon name="speaker" />
      {audible ? text.soundTry : text.soundOn}
    </Button>
  );
  if (audible) return <div>{button}</div>;
  return (
    <Notice kind="warn">
      <p>{text.soundOff}</p>
      <div>{button}</div>
    </Notice>
  );
}

/** The browser is asked only when this button is pressed: who is asked on arrival says no. */
function Device({ app }: { app: PatientApp }) {
  const text = patientText();
  switch (app.notifications.state.value) {
    case 'absent':
      return null;
    case 'blocked':
      return <p class="soft">{text.tellMeBlocked}</p>;
    case 'on':
      return (
        <p class="good-line" data-testid="tell-me-on">
          <Icon name="check" />
          {text.tellMeOn}
        </p>
      );
    case 'ask':
      return (
        <div class="stack stack-tight">
          <div>
            <Button testId="tell-me" onClick={() => void app.notifications.ask()}>
              {text.tellMe}
            </Button>
          </div>
          <p class="soft">{text.tellMeHint}</p>
        </div>
      );
  }
}

function reachWords({ text: byText, email, ring }: VisitView['reach'], text: PatientText): string {
  if (byText && email) return text.reachBoth;
  if (byText) return text.reachText;
  if (email) return text.reachEmail;
  return ring ? text.reachRing : text.reachNone;
}
