import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { ApiProblem } from '../api/problem';
import type { PharmacyView, PublicQueue } from '../api/types';
import { Button } from '../design/button';
import { isLanguage, setLanguage, storedLanguage } from '../i18n/language';
import { useAction } from './action';
import { CallBack, type CallBackOffer } from './call-back';
import { DoorView } from './door-view';
import { deviceCheck } from './later-views';
import type { PatientApp } from './patient-app';
import { Shell } from './shell';
import { type Shut, shutWords } from './shut';
import { patientText } from './text';
import { Trouble } from './trouble';
import type { Draft } from './walk-in-draft';
import { WalkInForm } from './walk-in-form';

/** The waits at the door are read again this often. */
const REFRESH_MS = 20_000;

/** `/p/{slug}`: the door, then the form. */
export function PharmacyPage({ app, slug }: { app: PatientApp; slug: string }) {
  const text = patientText();
  const pharmacy = useSignal<PharmacyView | null>(null);
  const queue = useSignal<PublicQueue | null>(null);
  const offer = useSignal<CallBackOffer | null>(null);
  const action = useAction();
  const read = async () => {
    const first = pharmacy.value === null;
    const found = await app.client.get<PharmacyView>(`pharmacies/${encodeURIComponent(slug)}`, {
      open: true,
    });
    if (first) await speakTheirLanguage(found);
    pharmacy.value = found;
    app.pharmacy.value = found;
  };
  useEffect(() => {
    void action.run(read);
    const timer = setInterval(() => queue.peek() ?? void read().catch(() => undefined), REFRESH_MS);
    return () => clearInterval(timer);
  }, [slug]);
  const problem = action.problem.value;
  if (problem instanceof ApiProblem && problem.status === 404) {
    return (
      <Shell app={app} heading={text.notFound}>
        <p>{text.notFoundText}</p>
      </Shell>
    );
  }
  if (pharmacy.value === null) {
    return (
      <Shell app={app} heading={problem ? text.brand : text.loading}>
        <Trouble problem={problem} />
        {Boolean(problem) && <Button onClick={() => void action.run(read)}>{text.tryAgain}</Button>}
      </Shell>
    );
  }
  const known = pharmacy.value;
  const chosen = queue.value;
  const back = () => {
    queue.value = null;
    offer.value = null;
  };
  if (offer.value !== null) return <CallBack app={app} {...offer.value} onBack={back} />;
  if (chosen === null) {
    const join = (picked: PublicQueue) => {
      app.alerts.unlock();
      deviceCheck.preload();
      queue.value = picked;
      scrollTo(0, 0);
    };
    const callBack = ({ id, state }: PublicQueue) => {
      offer.value = { pharmacy: known, queueId: id, why: state === 'full' ? text.callBackFull : undefined };
    };
    return <DoorView app={app} pharmacy={known} onJoin={join} onCallBack={callBack} />;
  }
  const shut = (why: Shut, draft: Draft) => {
    offer.value = {
      pharmacy: known,
      queueId: chosen.id,
      why: shutWords(why, known, chosen),
      name: draft.forWhom === 'me' ? draft.name : draft.speakerName,
      phone: draft.phone,
    };
  };
  return <WalkInForm app={app} pharmacy={known} queue={chosen} onBack={back} onShut={shut} />;
}

/** Somebody whose browser speaks none of our languages gets the pharmacy's first that we do speak. */
async function speakTheirLanguage(pharmacy: PharmacyView): Promise<void> {
  const known = navigator.languages.some((tag) => isLanguage(tag.slice(0, 2)));
  const theirs = pharmacy.languages.find(isLanguage);
  if (!known && storedLanguage() === null && theirs) await setLanguage(theirs);
}
