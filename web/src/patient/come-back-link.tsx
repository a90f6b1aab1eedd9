import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { announce } from '../a11y/announcer';
import { fetchPart } from '../api/part';
import type { VisitView } from '../api/types';
import { Button } from '../design/button';
import { useAction } from './action';
import type { PatientApp } from './patient-app';
import type { QrPicture } from './qr-picture';
import { patientText } from './text';
import { Trouble } from './trouble';
import type { VisitWatch } from './visit-watch';

interface LinkProps {
  app: PatientApp;
  watch: VisitWatch;
  visit: VisitView;
}

/** What becomes of the place when this page is closed, and the link to come back by, here or elsewhere. */
export function ComeBackLink({ app, watch, visit }: LinkProps) {
  const text = patientText();
  const action = useAction();
  const { text: byText, email, ring } = visit.reach;
  const link = app.returnLink.value;
  const opened = (event: Event) => {
    if (!(event.currentTarget as HTMLDetailsElement).open || app.returnLink.peek() !== null) return;
    void action.run(async () => {
      app.returnLink.value = await watch.returnLink();
    });
  };
  return (
    <details class="urgent" onToggle={opened}>
      <summary>{text.closing}</summary>
      <div class="stack">
        <p>
          {text.closingText}
          {!(byText || email || ring) && ` ${text.closingUnreached}`}
        </p>
        <p>{text.closingBack}</p>
        <Trouble problem={action.problem.value} />
        {link !== null && <MyLink link={link} />}
      </div>
    </details>
  );
}

function MyLink({ link }: { link: string }) {
  const text = patientText();
  const copied = useSignal(false);
  const copy = async () => {
    await navigator.clipboard?.writeText(link).catch(() => undefined);
    copied.value = true;
    announce(text.copied);
  };
  return (
    <>
      <p class="link-text">{link}</p>
      <div class="row">
        {'share' in navigator && (
          <Button
            kind="primary"
            testId="share-link"
            onClick={() => void navigator.share({ url: link }).catch(() => undefined)}
          >
            {text.linkShare}
          </Button>
        )}
        <Button testId="copy-link" onClick={() => void copy()}>
          {copied.value ? text.copied : text.copy}
        </Button>
      </div>
      <QrFor link={link} />
      <p class="soft">{text.linkMine}</p>
    </>
  );
}

/** For the camera of a phone, when this is not one: see the style. Its code comes when it is wanted. */
function QrFor({ link }: { link: string }) {
  const Picture = useSignal<typeof QrPicture | null>(null);
  useEffect(() => {
    fetchPart(() => import('./qr-picture')).then(
      (part) => {
        Picture.value = part.QrPicture;
      },
      // The link itself is there.
      () => undefined,
    );
  }, [Picture]);
  const Found = Picture.value;
  return Found && <Found text={link} />;
}
