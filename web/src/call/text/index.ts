import { defineText } from '../../i18n/language';
import type { CallText } from './en';

export const callText = defineText<CallText>({
  en: async () => (await import('./en')).en,
  es: async () => (await import('./es')).es,
});
