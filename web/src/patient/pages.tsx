import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Announcer } from '../a11y/announcer';
import { browserTrouble } from './browser';
import { BrowserView } from './browser-view';
import { InvitationPage } from './invitation-page';
import type { PatientApp } from './patient-app';
import { PharmacyPage } from './pharmacy-page';
import { place } from './place';
import { Shell } from './shell';
import { patientText } from './text';
import { VisitPage } from './visit-page';

/** The patient's pages: which one the address leads to, unless the browser cannot hold a call. */
export function Pages({ app }: { app: PatientApp }) {
  const anyway = useSignal(false);
  const hasWebRtc = 'RTCPeerConnection' in globalThis;
  const trouble = browserTrouble(navigator.userAgent, hasWebRtc);
  useEffect(() => {
    const online = () => app.visit.peek() && app.connection.hurry();
    addEventListener('online', online);
    return () => removeEventListener('online', online);
  }, [app]);
  const goOn = () => {
    anyway.value = true;
  };
  return (
    <>
      <Announcer />
      {trouble && !anyway.value ? (
        <BrowserView app={app} trouble={trouble} onGoOn={hasWebRtc ? goOn : null} />
      ) : (
        <Page app={app} />
      )}
    </>
  );
}

function Page({ app }: { app: PatientApp }) {
  const text = patientText();
  const here = place.value;
  switch (here.view) {
    case 'pharmacy':
      return <PharmacyPage key={here.slug} app={app} slug={here.slug} />;
    case 'invitation':
      return <InvitationPage key={here.token} app={app} token={here.token} />;
    case 'visit':
      return <VisitPage app={app} />;
    case 'home':
      return (
        <Shell first app={app} heading={text.homeHeading}>
          <p class="large">{text.homeText}</p>
        </Shell>
      );
  }
}
