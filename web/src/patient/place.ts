import { type ReadonlySignal, signal } from '@preact/signals';

/** Where in the patient's pages the address leads. */
export type Place =
  | { readonly view: 'home' }
  | { readonly view: 'pharmacy'; readonly slug: string }
  | { readonly view: 'invitation'; readonly token: string }
  | { readonly view: 'visit' };

export function placeOf(path: string): Place {
  const [first, second] = path.split('/').filter(Boolean);
  if (first === 'p' && second) return { view: 'pharmacy', slug: decodeURIComponent(second) };
  if (first === 'i' && second) return { view: 'invitation', token: decodeURIComponent(second) };
  return first === 'visit' ? { view: 'visit' } : { view: 'home' };
}

const current = signal<Place>(placeOf(location.pathname));
addEventListener('popstate', () => {
  current.value = placeOf(location.pathname);
});

export const place: ReadonlySignal<Place> = current;

/** Goes to another address of these pages. A used link is replaced, so that 'back' does not return to it. */
export function go(path: string, how: 'push' | 'replace' = 'push'): void {
  if (how === 'push') history.pushState(null, '', path);
  else history.replaceState(null, '', path);
  current.value = placeOf(path);
  scrollTo(0, 0);
}
