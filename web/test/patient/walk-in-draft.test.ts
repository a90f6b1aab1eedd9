import { describe, expect, test } from 'vitest';
import { ApiProblem } from '../../src/api/problem';
import type { PharmacyView } from '../../src/api/types';
import { ageAt, isoDate } from '../../src/patient/birth-date';
import {
  blamed,
  type Draft,
  emailIsPlausible,
  emptyDraft,
  phoneIsPlausible,
  reachFaults,
  walkInOf,
  whoFaults,
} from '../../src/patient/walk-in-draft';

const TODAY = new Date('2026-03-27T10:00:00Z');
const PHARMACY = { consent_version: '2026-1' } as PharmacyView;

const filled = (part: Partial<Draft> = {}): Draft => ({
  ...emptyDraft('en'),
  name: ' Ada Moreno ',
  born: { day: '27', month: '3', year: '1948' },
  consent: true,
  ...part,
});

describe('a date of birth', () => {
  test.each([
    ['27', '3', '1948', '1948-03-27'],
    ['7', '12', '2001', '2001-12-07'],
    ['29', '2', '2024', '2024-02-29'],
    ['29', '2', '2023', null],
    ['31', '4', '1990', null],
    ['1', '13', '1990', null],
    ['1', '1', '48', null],
    ['', '1', '1948', null],
    ['x', '1', '1948', null],
  ])('%s %s %s is %s', (day, month, year, expected) => {
    expect(isoDate({ day, month, year })).toBe(expected);
  });

  test('counts whole years', () => {
    expect(ageAt('2010-03-27', TODAY)).toBe(16);
    expect(ageAt('2010-03-28', TODAY)).toBe(15);
  });
});

describe('the first step', () => {
  test('is content with a grown person who speaks for themselves', () => {
    expect(whoFaults(filled(), 16, TODAY)).toEqual([]);
  });

  test('asks that somebody speaks for a child', () => {
    const child = filled({ born: { day: '1', month: '1', year: '2015' } });
    expect(whoFaults(child, 16, TODAY)).toEqual(['tooYoung']);
    const spoken: Draft = {
      ...child,
      forWhom: 'other',
      speakerName: 'Eva Moreno',
      relationship: 'parent',
      authority: 'parental',
    };
    expect(whoFaults(spoken, 16, TODAY)).toEqual([]);
  });

  test('names everything that is missing', () => {
    const empty: Draft = { ...emptyDraft('en'), forWhom: 'other' };
    expect(whoFaults(empty, 16, TODAY)).toEqual([
      'speakerName',
      'relationship',
      'authority',
      'name',
      'birth',
    ]);
  });

  test('refuses a birth in the future', () => {
    expect(whoFaults(filled({ born: { day: '1', month: '1', year: '2030' } }), 16, TODAY)).toEqual([
      'future',
    ]);
  });
});

describe('the request', () => {
  test('leaves out what was not said, and asks no way of contact without a number', () => {
    const body = walkInOf(filled(), 'q', PHARMACY);
    expect(body.person).toMatchObject({ name: 'Ada Moreno', birth_date: '1948-03-27', phone: null });
    expect(body.person.safe_contact).toEqual({ ring: false, text: false, voicemail: false });
    expect(body.speaker).toBeNull();
    expect(body.reason).toBeNull();
  });

  test('keeps the chosen ways of contact', () => {
    const body = walkInOf(filled({ phone: '020 7946 0958', contact: ['text'] }), 'q', PHARMACY);
    expect(body.person.safe_contact).toEqual({ ring: false, text: true, voicemail: false });
  });

  test.each([
    ['', true],
    ['020 7946 0958', true],
    ['+44 (0)20-7946', true],
    ['12', false],
    ['call me', false],
  ])('takes %j for a number: %s', (phone, plausible) => {
    expect(phoneIsPlausible(phone)).toBe(plausible);
  });
});

describe('ways to reach somebody', () => {
  test.each([
    ['', true],
    ['ada@example.org', true],
    [' ada@example.org ', true],
    ['ada', false],
    ['ada@example', false],
    ['ada @example.org', false],
  ])('takes %j for an address: %s', (email, plausible) => {
    expect(emailIsPlausible(email)).toBe(plausible);
  });

  test('an address is sent without the spaces around it, and none as nothing', () => {
    expect(walkInOf(filled({ email: ' ada@example.org ' }), 'q', PHARMACY).person.email).toBe(
      'ada@example.org',
    );
    expect(walkInOf(filled({}), 'q', PHARMACY).person.email).toBeNull();
  });

  test('what was refused is wrong until it is changed', () => {
    const refused = { way: 'phone', value: '020 7946 0958' } as const;
    expect(reachFaults(filled({ phone: refused.value }), refused)).toEqual({ phone: true, email: false });
    expect(reachFaults(filled({ phone: '020 7946 0959' }), refused)).toEqual({ phone: false, email: false });
    expect(reachFaults(filled({ email: 'ada' }), null)).toEqual({ phone: false, email: true });
  });

  test('what the server refuses is found by the field it names', () => {
    const refusal = (pointer: string) => new ApiProblem('invalid_request', 422, [{ pointer, reason: 'x' }]);
    expect(blamed(refusal('/person/phone'))).toBe('phone');
    expect(blamed(refusal('/person/email'))).toBe('email');
    expect(blamed(refusal('/person/name'))).toBeNull();
    expect(blamed(new TypeError())).toBeNull();
  });
});
