import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { announce } from '../../a11y/announcer';
import { ViewHeading } from '../../a11y/title';
import type { CheckSpeaker, ConsultationView } from '../../api/types';
import { Button } from '../../design/button';
import { calendarDate } from '../../i18n/format';
import { language } from '../../i18n/language';
import { staffText } from '../../i18n/staff';
import { useSignedIn } from '../context';
import { ageOn, languageName, todayOf, wordFor } from '../counter/line';
import { PhoneLink } from '../counter/phone-link';
import { Failure } from '../shell/failure';
import { Icon } from '../shell/icon';
import { isOpen } from './state';

interface PanelProps {
  view: ConsultationView;
  onChanged: () => Promise<void>;
}

/** Who this is about, and what has to be known while talking. */
export function PersonPanel({ view, onChanged }: PanelProps) {
  const text = staffText();
  const { consultation } = text;
  const needs = view.access_needs.map((need) => wordFor(text.needs, need)).join(', ');
  return (
    <section class="panel" aria-label={consultation.person}>
      <div class="panel-title">
        <ViewHeading class="person-name">{view.person_name}</ViewHeading>
        <span
          class={view.state === 'running' ? 'badge badge-good' : 'badge'}
          data-testid="consultation-state"
        >
          {consultation.states[view.state]}
        </span>
      </div>
      {view.confidential && (
        <p class="fact">
          <Icon name="lock" />
          {consultation.confidential}
        </p>
      )}
      {view.reason && <p class="person-reason">{view.reason}</p>}
      <dl class="person">
        {view.birth_date && (
          <Line term={consultation.born}>
            {calendarDate(language.value, view.birth_date)} (
            {ageOn(view.birth_date, todayOf(Date.now()), text.line)})
          </Line>
        )}
        {view.phone && (
          <Line term={consultation.phone}>
            <PhoneLink phone={view.phone} />
          </Line>
        )}
        <Line term={consultation.language}>{languageName(language.value, view.language)}</Line>
        {needs && <Line term={consultation.needs}>{needs}</Line>}
        {view.speaker && (
          <Line term={consultation.speaker}>
            <Speaker view={view} onChanged={onChanged} />
          </Line>
        )}
      </dl>
    </section>
  );
}

function Line({ term, children }: { term: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Speaker({ view, onChanged }: PanelProps) {
  const { client } = useSignedIn();
  const text = staffText();
  const [error, setError] = useState<unknown>(null);
  const { speaker } = view;
  if (speaker === null) return null;
  const confirm = async () => {
    try {
      const body: CheckSpeaker = { confirmed: true };
      await client.post(`visits/${view.visit_id}/speaker`, body);
      announce(text.consultation.authorityConfirmed);
      await onChanged();
    } catch (failure) {
      setError(failure);
    }
  };
  return (
    <>
      <b>{speaker.name}</b>, {wordFor(text.relationships, speaker.relationship)},{' '}
      {wordFor(text.authorities, speaker.authority)}
      <span class={speaker.checked ? 'fact' : 'fact fact-warn'}>
        <Icon name={speaker.checked ? 'check' : 'urgent'} />
        {speaker.checked ? text.line.speakerChecked : text.line.speakerUnchecked}
      </span>
      {!speaker.checked && isOpen(view.state) && (
        <Button onClick={() => void confirm()}>{text.consultation.confirmAuthority}</Button>
      )}
      <Failure error={error} />
    </>
  );
}
