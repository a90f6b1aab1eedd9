import type { Role } from '../api/types';
import type { PageName, Route } from './router';

/** The pages in each role's navigation. The server decides what may be read; this decides what is offered. */
const NAVIGATION: Readonly<Partial<Record<Role, readonly NavigationPage[]>>> = {
  pharmacist: ['counter', 'consultations'],
  technician: ['counter'],
  compliance: ['compliance'],
  admin: ['admin'],
  operator: ['home'],
};

const INNER: Readonly<Partial<Record<Role, readonly PageName[]>>> = {
  pharmacist: ['consultation'],
  compliance: ['timeline'],
};

export type NavigationPage = 'counter' | 'consultations' | 'compliance' | 'admin' | 'home';

export function navigationOf(role: Role): readonly NavigationPage[] {
  return NAVIGATION[role] ?? [];
}

/** Where a role begins its day. */
export function startOf(role: Role): Route {
  return { page: navigationOf(role)[0] ?? 'home' };
}

export function mayOpen(role: Role, page: PageName): boolean {
  if (page === 'home' || page === 'login' || page === 'unknown') return true;
  const pages: readonly PageName[] = [...navigationOf(role), ...(INNER[role] ?? [])];
  return pages.includes(page);
}
