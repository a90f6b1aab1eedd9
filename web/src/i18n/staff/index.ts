import { defineText } from '../language';
import type { StaffText } from './en';

export type { StaffText } from './en';

/** What staff read on their pages, in the current language. */
export const staffText = defineText<StaffText>({
  en: async () => (await import('./en')).en,
  es: async () => (await import('./es')).es,
});
