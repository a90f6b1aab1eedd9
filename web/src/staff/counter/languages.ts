import type { Option } from '../../design/field';
import type { Language } from '../../i18n/language';
import { languageName } from './line';

/** Languages that are offered where one has to be chosen; any other is kept where it already stands. */
const OFFERED = [
  'en',
  'es',
  'ar',
  'ca',
  'de',
  'eu',
  'fr',
  'gl',
  'hi',
  'it',
  'pl',
  'pt',
  'ro',
  'uk',
  'ur',
  'zh',
];

/** Languages to choose from, by their name in the reader's language. */
export function languageOptions(reader: Language, kept: string): readonly Option<string>[] {
  const options = [...new Set([...OFFERED, kept])].map((tag) => ({
    value: tag,
    label: languageName(reader, tag),
  }));
  return options.sort((one, other) => one.label.localeCompare(other.label, reader));
}
