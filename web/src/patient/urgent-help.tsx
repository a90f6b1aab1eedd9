import { Icon } from '../design/icon';
import { language } from '../i18n/language';
import type { PharmacyCard } from './patient-app';
import { telephone } from './shell';
import { patientText } from './text';

interface UrgentHelpProps {
  pharmacy: PharmacyCard;
  heading?: string;
}

/** When not to wait for us, and whom to call then. */
export function UrgentHelp({ pharmacy, heading }: UrgentHelpProps) {
  const text = patientText();
  return (
    <section class="notice notice-danger" aria-labelledby="urgent">
      <h2 id="urgent" class="urgent-heading">
        <Icon name="alert" />
        {heading ?? text.urgentHeading}
      </h2>
      <RedFlags pharmacy={pharmacy} />
    </section>
  );
}

/** What does not wait, and the number to call then. */
export function RedFlags({ pharmacy }: { pharmacy: PharmacyCard }) {
  const text = patientText();
  const flags = pharmacy.red_flags;
  const words = flags[language.value] ?? flags.en ?? Object.values(flags)[0];
  const tag = flags[language.value] ? undefined : flags.en ? 'en' : Object.keys(flags)[0];
  return (
    <>
      {words && <p lang={tag}>{words}</p>}
      <p>
        <a class="button button-danger" href={telephone(pharmacy.emergency_number)}>
          <Icon name="phone" />
          {text.urgentCall(pharmacy.emergency_number)}
        </a>
      </p>
    </>
  );
}
