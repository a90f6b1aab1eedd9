import { describe, expect, test } from 'vitest';
import { mayOpen, navigationOf, startOf } from '../../src/staff/access';
import { pathOf, type Route, routeOf } from '../../src/staff/router';

const ID = '0192f4c1-7a00-7000-8000-0123456789ab';

describe('addresses', () => {
  const known: readonly (readonly [string, Route])[] = [
    ['/staff/login', { page: 'login' }],
    ['/staff/counter', { page: 'counter' }],
    ['/staff/consultations', { page: 'consultations' }],
    [`/staff/consultation/${ID}`, { page: 'consultation', id: ID }],
    ['/staff/compliance', { page: 'compliance' }],
    [`/staff/compliance/${ID}`, { page: 'timeline', id: ID }],
    ['/staff/admin', { page: 'admin' }],
    ['/staff/home', { page: 'home' }],
  ];

  test.each(known)('%s is read and written alike', (path, route) => {
    expect(routeOf(path)).toEqual(route);
    expect(pathOf(route)).toBe(path);
  });

  test.each([
    '/',
    '/visit',
    '/staff/nowhere',
    '/staff/counter/extra',
    '/staff/consultation/../admin/x',
    '/staff/consultation/not-an-id',
    `/staff/admin/${ID}`,
    `/staff/compliance/${ID}/more`,
  ])('%s is no page', (path) => {
    expect(routeOf(path)).toEqual({ page: 'unknown' });
  });

  test('a trailing slash and capitals in an id change nothing', () => {
    expect(routeOf('/staff/counter/')).toEqual({ page: 'counter' });
    expect(routeOf(`/staff/compliance/${ID.toUpperCase()}`)).toEqual({ page: 'timeline', id: ID });
  });
});

describe('what a role is offered', () => {
  test('a technician has the line, but no consultation', () => {
    expect(mayOpen('technician', 'counter')).toBe(true);
    expect(mayOpen('technician', 'consultation')).toBe(false);
    expect(mayOpen('technician', 'consultations')).toBe(false);
  });

  test('only compliance reads timelines', () => {
    const roles = ['pharmacist', 'technician', 'admin', 'operator', 'compliance'] as const;
    expect(roles.filter((role) => mayOpen(role, 'timeline'))).toEqual(['compliance']);
  });

  test('everybody starts on a page they may open', () => {
    for (const role of ['pharmacist', 'technician', 'admin', 'operator', 'compliance', 'patient'] as const) {
      expect(mayOpen(role, startOf(role).page)).toBe(true);
    }
  });

  test('a patient who comes here has no pages', () => {
    expect(navigationOf('patient')).toEqual([]);
    expect(startOf('patient')).toEqual({ page: 'home' });
  });
});
