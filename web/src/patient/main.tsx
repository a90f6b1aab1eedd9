import { render } from 'preact';
import { followLanguage, likelyLanguage, setLanguage } from '../i18n/language';
import { Pages } from './pages';
import { PatientApp } from './patient-app';

async function start(root: HTMLElement): Promise<void> {
  await setLanguage(likelyLanguage(navigator.languages));
  followLanguage();
  render(<Pages app={new PatientApp()} />, root);
}

const root = document.getElementById('page');
if (root !== null) void start(root);
