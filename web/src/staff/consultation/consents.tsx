import type { ConsentView } from '../../api/types';
import { language } from '../../i18n/language';
import { staffText } from '../../i18n/staff';
import { wordFor } from '../counter/line';
import { clock } from '../moments';
import { Icon } from '../shell/icon';

/** Which consents were given or refused, by whom, to which text. */
export function Consents({ consents }: { consents: readonly ConsentView[] }) {
  const text = staffText().consultation;
  return (
    <section class="panel" aria-labelledby="consents-heading">
      <h2 class="section-heading" id="consents-heading">
        {text.consents}
      </h2>
      {consents.length === 0 && <p class="soft small">{text.noConsents}</p>}
      <ul class="people people-flat">
        {consents.map((consent) => (
          <li key={consent.id}>
            <div>
              <b>{wordFor(text.consentSubjects, consent.subject)}</b>
              <span class="soft small">
                {text.consentBy(consent.given_by, consent.text_version)},{' '}
                <time dateTime={consent.recorded_at}>{clock(language.value, consent.recorded_at)}</time>
              </span>
            </div>
            <span class={consent.given ? 'badge badge-good' : 'badge badge-warn'}>
              {consent.given && <Icon name="check" />}
              {consent.given ? text.consentGiven : text.consentRefused}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
