import { useEffect, useRef } from 'preact/hooks';
import type { VisitView } from '../api/types';
import type { PatientApp } from './patient-app';
import { patientText } from './text';
import { cameNear } from './turn';

/** Makes itself heard when the patient is called, and softly before: sound, vibration, notification. */
export function useCalling(app: PatientApp, visit: VisitView | null, inCall: boolean): void {
  const called = visit?.state === 'called' && !inCall;
  useRinging(app, called);
  useNudge(app, visit?.place ?? null);
  useMissedCall(app, visit);
}

function useRinging(app: PatientApp, called: boolean): void {
  const text = patientText();
  useEffect(() => {
    if (!called) return;
    app.alerts.ring();
    void app.notifications.show(text.turnTitle, text.turnText);
    return () => {
      app.alerts.stopRinging();
      void app.notifications.clear();
    };
    // The words of another language do not ring anew.
  }, [called, app]);
}

function useNudge(app: PatientApp, place: number | null): void {
  const text = patientText();
  const before = useRef<number | null>(null);
  useEffect(() => {
    if (cameNear(before.current, place)) {
      app.alerts.nudge();
      void app.notifications.show(text.soonTitle, text.soonText);
    }
    if (place !== null) before.current = place;
  }, [place, app]);
}

/** A call that ended back in the line was not answered: say so, until the next one. */
function useMissedCall(app: PatientApp, visit: VisitView | null): void {
  const before = useRef<VisitView['state'] | null>(null);
  const state = visit?.state ?? null;
  useEffect(() => {
    const wasCalled = before.current === 'called';
    if (wasCalled && (state === 'waiting' || state === 'away')) app.missedCall.value = true;
    if (state === 'called' || state === 'in_consultation') app.missedCall.value = false;
    before.current = state;
  }, [state, app]);
}
