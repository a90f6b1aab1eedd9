import { type ReadonlySignal, signal } from '@preact/signals';

/** Every page of staff. `login` is shown at any address to whoever is signed out. */
export type Route =
  | { readonly page: 'login' | 'home' | 'counter' | 'consultations' | 'compliance' | 'admin' | 'unknown' }
  | { readonly page: 'consultation' | 'timeline'; readonly id: string };
export type PageName = Route['page'];

const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const PLAIN = ['login', 'home', 'counter', 'consultations', 'compliance', 'admin'] as const;

export function isId(text: string): boolean {
  return ID.test(text);
}

/** What page an address means. An id is only taken in the form of ours. */
export function routeOf(path: string): Route {
  const [area, page, id, ...more] = path.split('/').filter((part) => part !== '');
  if (area !== 'staff' || more.length > 0) return { page: 'unknown' };
  if (page === undefined) return { page: 'home' };
  if (id !== undefined) return withId(page, id);
  const plain = PLAIN.find((known) => known === page);
  return { page: plain ?? 'unknown' };
}

function withId(page: string, id: string): Route {
  if (!isId(id)) return { page: 'unknown' };
  if (page === 'consultation') return { page: 'consultation', id: id.toLowerCase() };
  if (page === 'compliance') return { page: 'timeline', id: id.toLowerCase() };
  return { page: 'unknown' };
}

export function pathOf(route: Route): string {
  switch (route.page) {
    case 'consultation':
      return `/staff/consultation/${route.id}`;
    case 'timeline':
      return `/staff/compliance/${route.id}`;
    default:
      return `/staff/${route.page}`;
  }
}

/** The address bar. One object per page load; `follow` ties it to the browser's history. */
export class Router {
  readonly #path = signal('/staff');

  get path(): ReadonlySignal<string> {
    return this.#path;
  }

  get route(): Route {
    return routeOf(this.#path.value);
  }

  follow(): () => void {
    const read = () => {
      this.#path.value = location.pathname;
    };
    read();
    window.addEventListener('popstate', read);
    return () => window.removeEventListener('popstate', read);
  }

  go(route: Route, how: 'push' | 'replace' = 'push'): void {
    const path = pathOf(route);
    if (path === this.#path.value) return;
    if (how === 'push') history.pushState(null, '', path);
    else history.replaceState(null, '', path);
    window.scrollTo(0, 0);
    this.#path.value = path;
  }
}
