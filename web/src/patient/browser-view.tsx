import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { announce } from '../a11y/announcer';
import type { InvitationView, PharmacyView } from '../api/types';
import { Button } from '../design/button';
import type { BrowserTrouble } from './browser';
import type { PatientApp } from './patient-app';
import { type Place, place } from './place';
import { Shell } from './shell';
import { patientText } from './text';
import { UrgentHelp } from './urgent-help';

interface BrowserProps {
  app: PatientApp;
  trouble: BrowserTrouble;
  /** `null` where going on could not work. */
  onGoOn: (() => void) | null;
}

/** For a browser that cannot hold a call: how to get to one that can, and the pharmacy's number. */
export function BrowserView({ app, trouble, onGoOn }: BrowserProps) {
  const text = patientText();
  const copied = useSignal(false);
  usePharmacyOfAddress(app);
  const inApp = trouble === 'in_app';
  const copy = async () => {
    await navigator.clipboard?.writeText(location.href).catch(() => undefined);
    copied.value = true;
    announce(text.copied);
  };
  return (
    <Shell first app={app} heading={inApp ? text.inAppHeading : text.noWebRtcHeading}>
      <p class="large">{inApp ? text.inAppText : text.noWebRtcText}</p>
      {inApp && (
        <ol class="steps">
          {text.inAppSteps.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
      )}
      <Button kind="primary" wide onClick={() => void copy()}>
        {copied.value ? text.copied : text.inAppCopy}
      </Button>
      {app.pharmacy.value && <UrgentHelp pharmacy={app.pharmacy.value} />}
      {onGoOn && (
        <Button kind="quiet" onClick={onGoOn}>
          {text.goOnAnyway}
        </Button>
      )}
    </Shell>
  );
}

/** So that the phone number is there even if nothing else works. */
function usePharmacyOfAddress(app: PatientApp): void {
  useEffect(() => {
    pharmacyOf(app, place.peek())
      .then((found) => {
        app.pharmacy.value = found;
      })
      .catch(() => undefined);
  }, [app]);
}

/** The pharmacy of a door or of a link; looking at a link does not use it. */
async function pharmacyOf(app: PatientApp, here: Place): Promise<PharmacyView | null> {
  const read = { open: true };
  if (here.view === 'pharmacy') return app.client.get(`pharmacies/${encodeURIComponent(here.slug)}`, read);
  if (here.view !== 'invitation') return null;
  const path = `invitations/${encodeURIComponent(here.token)}`;
  return (await app.client.get<InvitationView>(path, read)).pharmacy;
}
