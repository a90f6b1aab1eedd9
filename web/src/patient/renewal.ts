/** A page that was brought up to date stays as it is for at least so long. */
const ONCE_IN_MS = 60_000;
const RENEWED_AT = 'officina-renewed-at';

/**
 * A new version was put up while this page was open: its old parts are gone, so begin anew. Not while the server
 * is out of reach: then the part is missing because of the line, and the page on the screen is worth more.
 */
export function renewAfterUpdate(): void {
  addEventListener('vite:preloadError', () => void renew());
}

async function renew(): Promise<void> {
  if (Date.now() - Number(sessionStorage.getItem(RENEWED_AT)) < ONCE_IN_MS) return;
  if (!(await isOutdated())) return;
  sessionStorage.setItem(RENEWED_AT, `${Date.now()}`);
  location.reload();
}

/** Whether the server answers, and its page names another script than the one that runs. */
async function isOutdated(): Promise<boolean> {
  try {
    const answer = await fetch(location.origin, { cache: 'no-store' });
    const mine = document.querySelector<HTMLScriptElement>('script[type=module]')?.getAttribute('src');
    return answer.ok && !(await answer.text()).includes(mine ?? '');
  } catch {
    return false;
  }
}
