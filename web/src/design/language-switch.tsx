import { chooseLanguage, LANGUAGE_NAMES, LANGUAGES, language } from '../i18n/language';

/** Every language by its own name; the current one is pressed. */
export function LanguageSwitch() {
  return (
    <div class="language-switch">
      {LANGUAGES.map((tag) => (
        <button
          type="button"
          key={tag}
          lang={tag}
          aria-pressed={language.value === tag}
          onClick={() => void chooseLanguage(tag)}
        >
          {LANGUAGE_NAMES[tag]}
        </button>
      ))}
    </div>
  );
}
