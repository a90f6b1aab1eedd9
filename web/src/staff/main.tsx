import { render } from 'preact';
import { Announcer } from '../a11y/announcer';
import { followLanguage, likelyLanguage, setLanguage } from '../i18n/language';
import { Account } from './account';
import { App } from './app';
import { DeskContext } from './context';
import { Router } from './router';
import { Shortcuts } from './shell/shortcuts';

async function start(root: HTMLElement): Promise<void> {
  const desk = { account: new Account(), router: new Router(), shortcuts: new Shortcuts() };
  await setLanguage(likelyLanguage(navigator.languages));
  followLanguage();
  desk.router.follow();
  desk.shortcuts.listen();
  render(
    <DeskContext.Provider value={desk}>
      <App />
      <Announcer />
    </DeskContext.Provider>,
    root,
  );
  await desk.account.resume();
}

const root = document.getElementById('page');
if (root !== null) void start(root);
