import { useSignal } from '@preact/signals';
import { problemText } from '../i18n/errors';
import { chooseLanguage, LANGUAGE_NAMES, LANGUAGES, type Language, language } from '../i18n/language';

/** Every language by its own name; the current one is pressed. One that cannot be fetched leaves all as it is. */
export function LanguageSwitch() {
  const problem = useSignal<unknown>(null);
  const choose = (tag: Language) => {
    problem.value = null;
    chooseLanguage(tag).catch((error: unknown) => {
      problem.value = error;
    });
  };
  return (
    <div class="language-switch">
      {LANGUAGES.map((tag) => (
        <button
          type="button"
          key={tag}
          lang={tag}
          aria-pressed={language.value === tag}
          onClick={() => choose(tag)}
        >
          {LANGUAGE_NAMES[tag]}
        </button>
      ))}
      {problem.value !== null && (
        <p class="field-error" role="alert">
          {problemText(problem.value)}
        </p>
      )}
    </div>
  );
}
