import { render } from 'preact';
import { Announcer } from '../a11y/announcer';
import { followLanguage, likelyLanguage, setLanguage } from '../i18n/language';

async function start(root: HTMLElement): Promise<void> {
  await setLanguage(likelyLanguage(navigator.languages));
  followLanguage();
  render(<Announcer />, root);
}

const root = document.getElementById('page');
if (root !== null) void start(root);
