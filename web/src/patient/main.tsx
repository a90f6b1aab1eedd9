import { render } from 'preact';
import { later } from '../api/part';
import { firstLanguage, followLanguage, likelyLanguage } from '../i18n/language';
import { Pages } from './pages';
import { PatientApp } from './patient-app';
import { renewAfterUpdate } from './renewal';

/** While not even the words of the page can be fetched, they are asked for again this often. */
const AGAIN_MS = 5_000;

async function start(root: HTMLElement): Promise<void> {
  renewAfterUpdate();
  while (!(await firstLanguage(likelyLanguage(navigator.languages)))) {
    showNumber(root);
    await later(AGAIN_MS);
  }
  followLanguage();
  root.replaceChildren();
  render(<Pages app={new PatientApp()} />, root);
}

/** The pharmacy's number, which stands in the page for browsers without scripts. */
function showNumber(root: HTMLElement): void {
  const words = document.querySelector('noscript')?.textContent;
  if (words && root.childElementCount === 0) root.innerHTML = words;
}

const root = document.getElementById('page');
if (root !== null) void start(root);
