import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { ApiProblem } from '../api/problem';
import type { PharmacyView, PublicQueue } from '../api/types';
import { Button } from '../design/button';
import { isLanguage, setLanguage, storedLanguage } from '../i18n/language';
import { useAction } from './action';
import { DoorView } from './door-view';
import type { PatientApp } from './patient-app';
import { Shell } from './shell';
import { patientText } from './text';
import { Trouble } from './trouble';
import { WalkInForm } from './walk-in-form';

/** The waits at the door are read again this often. */
const REFRESH_MS = 20_000;

/** `/p/{slug}`: the door, then the form. */
export function PharmacyPage({ app, slug }: { app: PatientApp; slug: string }) {
  const text = patientText();
  const pharmacy = useSignal<PharmacyView | null>(null);
  const queue = useSignal<PublicQueue | null>(null);
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
  const chosen = queue.value;
  if (chosen === null) {
    const join = (picked: PublicQueue) => {
      app.alerts.unlock();
      queue.value = picked;
      scrollTo(0, 0);
    };
    return <DoorView app={app} pharmacy={pharmacy.value} onJoin={join} />;
  }
  const back = () => {
    queue.value = null;
  };
  return <WalkInForm app={app} pharmacy={pharmacy.value} queue={chosen} onBack={back} />;
}

/** Somebody whose browser speaks none of our languages gets the pharmacy's first that we do speak. */
async function speakTheirLanguage(pharmacy: PharmacyView): Promise<void> {
  const known = navigator.languages.some((tag) => isLanguage(tag.slice(0, 2)));
  const theirs = pharmacy.languages.find(isLanguage);
  if (!known && storedLanguage() === null && theirs) await setLanguage(theirs);
}
