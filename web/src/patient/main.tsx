import { render } from 'preact';
import { followLanguage, likelyLanguage, setLanguage } from '../i18n/language';
import { Pages } from './pages';
import { PatientApp } from './patient-app';

const RELOADED = 'officina-reloaded';

/** A new version was put up while this page was open: its old parts are gone, so begin anew, once. */
addEventListener('vite:preloadError', () => {
  if (sessionStorage.getItem(RELOADED) === location.href) return;
  sessionStorage.setItem(RELOADED, location.href);
  location.reload();
});

async function start(root: HTMLElement): Promise<void> {
  await setLanguage(likelyLanguage(navigator.languages));
  followLanguage();
  render(<Pages app={new PatientApp()} />, root);
}

const root = document.getElementById('page');
if (root !== null) void start(root);
