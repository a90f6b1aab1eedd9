import { useEffect, useMemo } from 'preact/hooks';
import { announce } from '../a11y/announcer';
import type { VisitView } from '../api/types';
import { language } from '../i18n/language';
import { CalmVoice } from './calm-voice';
import { patientText } from './text';
import { capitalised, waitReason, waitWords } from './wait';

export function placeWords(place: number): string {
  const text = patientText();
  return place === 1 ? text.youAreNext : text.placeIs(place);
}

/** Place and likely wait, and how good such forecasts were. */
export function PlaceCard({ visit }: { visit: VisitView }) {
  const text = patientText();
  const { place, wait, kept } = visit;
  const words = place === null ? null : placeWords(place);
  usePlaceSaid(words === null ? null : text.placeChanged(words));
  return (
    <div class="card stack">
      <dl class="place">
        <div>
          <dt>{text.yourPlace}</dt>
          <dd>
            <strong class="place-number" data-testid="place">
              {words ?? '…'}
            </strong>
            {place !== null && place > 1 && <span class="soft">{text.ahead(place - 1)}</span>}
          </dd>
        </div>
        {wait && (
          <div>
            <dt>{text.yourWait}</dt>
            <dd>
              <strong class="large" data-testid="wait">
                {capitalised(waitWords(wait, text, language.value))}
              </strong>
              {waitReason(wait, text) && <span class="soft">{waitReason(wait, text)}</span>}
            </dd>
          </div>
        )}
      </dl>
      {kept && kept.of > 0 && (
        <p class="soft" data-testid="kept">
          {text.kept(kept.of, kept.within)}
        </p>
      )}
    </div>
  );
}

function usePlaceSaid(words: string | null): void {
  const voice = useMemo(() => new CalmVoice(announce), []);
  useEffect(() => {
    if (words !== null) voice.say(words);
  }, [words, voice]);
  useEffect(() => () => voice.hush(), [voice]);
}
