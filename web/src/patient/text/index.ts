import { defineText } from '../../i18n/language';
import type { PatientText } from './en';

export const patientText = defineText<PatientText>({
  en: async () => (await import('./en')).en,
  es: async () => (await import('./es')).es,
});
