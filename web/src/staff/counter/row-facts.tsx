import type { ComponentChildren } from 'preact';
import type { VisitorInLine } from '../../api/types';
import { language } from '../../i18n/language';
import { staffText } from '../../i18n/staff';
import { Icon, type IconName } from '../shell/icon';
import { deviceWords, languageName, wordFor } from './line';
import { PhoneLink } from './phone-link';

/** What to know before the call, each with its word: language, skills, who speaks, needs, device, reach. */
export function RowFacts({ visitor }: { visitor: VisitorInLine }) {
  const text = staffText();
  const { speaker } = visitor;
  return (
    <ul class="facts">
      <Fact icon="language">{text.line.speaks(languageName(language.value, visitor.language))}</Fact>
      {visitor.skills.length > 0 && (
        <Fact icon="seal">
          {text.line.skills(visitor.skills.map((skill) => wordFor(text.skills, skill)).join(', '))}
        </Fact>
      )}
      {!visitor.matches && (
        <Fact icon="person" warn>
          {text.line.notYours}
        </Fact>
      )}
      {speaker && (
        <Fact icon="speaker" warn={!speaker.checked}>
          {text.line.speaker(speaker.name, wordFor(text.relationships, speaker.relationship))},{' '}
          {speaker.checked ? text.line.speakerChecked : text.line.speakerUnchecked}
        </Fact>
      )}
      {visitor.access_needs.map((need) => (
        <Fact key={need} icon="needs">
          {wordFor(text.needs, need)}
        </Fact>
      ))}
      {!visitor.phone_only && <Device visitor={visitor} />}
      {visitor.calls > 0 && (
        <Fact icon="phone" warn>
          {text.line.unanswered(visitor.calls)}
        </Fact>
      )}
      <Reach visitor={visitor} />
    </ul>
  );
}

function Device({ visitor }: { visitor: VisitorInLine }) {
  const device = deviceWords(visitor.device_check, staffText().device);
  return (
    <Fact icon="device" warn={!device.fine}>
      {device.text}
    </Fact>
  );
}

/** How they learn that it is their turn when they do not look: by a message, or by being rung. */
function Reach({ visitor }: { visitor: VisitorInLine }) {
  const text = staffText().line;
  if (visitor.phone_only) {
    return (
      <Fact icon="phone">
        {text.phoneOnly} <PhoneLink plain phone={visitor.phone} />
      </Fact>
    );
  }
  if (visitor.reach === 'text' || visitor.reach === 'email') {
    return <Fact icon="note">{text.reach[visitor.reach]}</Fact>;
  }
  const urgent = visitor.state === 'away';
  if (!visitor.can_ring)
    return (
      <Fact icon="phone" warn={urgent}>
        {text.reach.none}
      </Fact>
    );
  return (
    <Fact icon="phone" warn={urgent}>
      {text.reach.ring} <PhoneLink plain phone={visitor.phone} />
    </Fact>
  );
}

interface FactProps {
  icon: IconName;
  warn?: boolean;
  children: ComponentChildren;
}

function Fact({ icon, warn, children }: FactProps) {
  return (
    <li class={warn ? 'fact fact-warn' : 'fact'}>
      <Icon name={icon} />
      <span>{children}</span>
    </li>
  );
}
