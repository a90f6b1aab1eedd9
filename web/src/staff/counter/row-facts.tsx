import type { VisitorInLine } from '../../api/types';
import { language } from '../../i18n/language';
import { staffText } from '../../i18n/staff';
import { Icon, type IconName } from '../shell/icon';
import { deviceWords, languageName, wordFor } from './line';

/** What to know before the call, each with its word: language, who speaks, access needs, device, calls. */
export function RowFacts({ visitor }: { visitor: VisitorInLine }) {
  const text = staffText();
  const device = deviceWords(visitor.device_check, text.device);
  const { speaker } = visitor;
  return (
    <ul class="facts">
      <Fact icon="language">{text.line.speaks(languageName(language.value, visitor.language))}</Fact>
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
      <Fact icon="device" warn={!device.fine}>
        {device.text}
      </Fact>
      {visitor.calls > 0 && (
        <Fact icon="phone" warn>
          {text.line.unanswered(visitor.calls)}
        </Fact>
      )}
    </ul>
  );
}

function Fact({
  icon,
  warn,
  children,
}: {
  icon: IconName;
  warn?: boolean;
  children: preact.ComponentChildren;
}) {
  return (
    <li class={warn ? 'fact fact-warn' : 'fact'}>
      <Icon name={icon} />
      <span>{children}</span>
    </li>
  );
}
