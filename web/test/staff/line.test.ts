import { describe, expect, test } from 'vitest';
import type { DeviceCheckView, QueueView, VisitorInLine } from '../../src/api/types';
import { en } from '../../src/i18n/staff/en';
import { actsOn, requestOf } from '../../src/staff/counter/acts';
import {
  ageOn,
  deviceWords,
  heldBy,
  languageName,
  newcomers,
  nextReady,
  stepped,
} from '../../src/staff/counter/line';
import { minutesSince, secondsUntil } from '../../src/staff/now';

function visitor(id: string, more: Partial<VisitorInLine> = {}): VisitorInLine {
  return {
    id,
    state: 'waiting',
    place: 1,
    priority_class: 'routine',
    person_name: id,
    birth_date: null,
    speaker: null,
    reason: null,
    language: 'en',
    access_needs: [],
    confidential: false,
    phone: null,
    can_ring: false,
    device_check: null,
    pharmacy_name: 'Mill Lane',
    arrived_at: '2026-03-01T10:00:00.000Z',
    calls: 0,
    consultation_id: null,
    pharmacist_id: null,
    ...more,
  };
}

function queue(line: VisitorInLine[], more: Partial<QueueView> = {}): QueueView {
  const rest = { called: [], in_consultation: [], pause_message: null, capacity: 30, answer_time_s: 180 };
  return { id: 'queue', name: 'Queue', version: 1, state: 'open', line, ...rest, ...more };
}

describe('who is next', () => {
  test('the first who is ready, past those who check their device or are away', () => {
    const line = [
      visitor('a', { state: 'checking' }),
      visitor('b', { state: 'away' }),
      visitor('c'),
      visitor('d'),
    ];
    expect(nextReady(queue(line))?.id).toBe('c');
  });

  test('nobody, when nobody is ready', () => {
    expect(nextReady(queue([visitor('a', { state: 'away' })]))).toBeNull();
  });
});

describe('arrivals', () => {
  test('the first look at a line announces nobody', () => {
    expect(newcomers(null, queue([visitor('a')]))).toEqual([]);
  });

  test('only those who were nowhere in the queue before', () => {
    const before = queue([visitor('a')], { called: [visitor('b', { state: 'called' })] });
    const after = queue([visitor('b'), visitor('a'), visitor('c')]);
    expect(newcomers(before, after).map(({ id }) => id)).toEqual(['c']);
  });

  test('another queue is not an arrival', () => {
    expect(newcomers(queue([]), queue([visitor('a')], { id: 'other' }))).toEqual([]);
  });
});

test('the own consultation is found among the called and those in consultation', () => {
  const view = queue([], {
    called: [visitor('a', { pharmacist_id: 'colleague' })],
    in_consultation: [visitor('b', { pharmacist_id: 'me' })],
  });
  expect(heldBy(view, 'me')?.id).toBe('b');
  expect(heldBy(view, 'nobody')).toBeNull();
});

describe('age', () => {
  test.each([
    ['1961-03-04', '2026-03-04', '65 years'],
    ['1961-03-05', '2026-03-04', '64 years'],
    ['2024-03-04', '2026-03-04', '2 years'],
    ['2024-03-05', '2026-03-04', '23 months'],
    ['2026-02-04', '2026-03-04', '1 month'],
    ['2026-03-10', '2026-03-04', '0 months'],
  ])('born %s, on %s: %s', (born, today, words) => {
    expect(ageOn(born, today, en.line)).toBe(words);
  });
});

describe('the device check in words', () => {
  const fine: DeviceCheckView = {
    camera: 'ok',
    microphone: 'ok',
    network: 'good',
    checked_at: '2026-03-01T10:00:00.000Z',
  };

  test('all well', () => {
    expect(deviceWords(fine, en.device)).toEqual({ text: en.device.good, fine: true });
  });

  test('everything that is wrong is named', () => {
    const check: DeviceCheckView = { ...fine, camera: 'blocked', network: 'call_us' };
    expect(deviceWords(check, en.device)).toEqual({
      text: 'Camera blocked, network too weak: call by phone',
      fine: false,
    });
  });

  test('not checked and skipped are told apart', () => {
    expect(deviceWords(null, en.device).text).toBe(en.device.unchecked);
    const skipped: DeviceCheckView = {
      ...fine,
      camera: 'skipped',
      microphone: 'skipped',
      network: 'skipped',
    };
    expect(deviceWords(skipped, en.device).text).toBe(en.device.skipped);
  });
});

describe('moving in the line', () => {
  test('begins at the near end and stays inside', () => {
    expect(stepped(-1, 1, 3)).toBe(0);
    expect(stepped(-1, -1, 3)).toBe(2);
    expect(stepped(2, 1, 3)).toBe(2);
    expect(stepped(0, -1, 3)).toBe(0);
    expect(stepped(-1, 1, 0)).toBe(-1);
  });
});

describe('acts on a visit', () => {
  test('each is the request the server knows', () => {
    expect(requestOf('message', 'v', 'Soon')).toEqual({ path: 'visits/v/message', body: { text: 'Soon' } });
    expect(requestOf('hold', 'v', 'Why')).toEqual({ path: 'visits/v/hold', body: { reason: 'Why' } });
    expect(requestOf('transfer', 'v', 'q')).toEqual({ path: 'visits/v/transfer', body: { queue_id: 'q' } });
    expect(requestOf('decline', 'v', 'Come')).toEqual({
      path: 'visits/v/decline',
      body: { guidance: 'Come' },
    });
    expect(requestOf('no_answer', 'v', '')).toEqual({ path: 'visits/v/no-show', body: undefined });
  });

  test('who is being called can be noted as not answering; who is talking cannot be declined', () => {
    expect(actsOn('called')).toContain('no_answer');
    expect(actsOn('waiting')).not.toContain('no_answer');
    expect(actsOn('in_consultation')).not.toContain('decline');
  });
});

describe('time', () => {
  const moment = '2026-03-01T10:00:00.000Z';
  const at = (time: string) => Date.parse(`2026-03-01T${time}Z`);

  test('waiting counts whole minutes, and never below zero when the device is behind', () => {
    expect(minutesSince(moment, at('10:00:59.000'))).toBe(0);
    expect(minutesSince(moment, at('10:01:00.000'))).toBe(1);
    expect(minutesSince(moment, at('09:58:00.000'))).toBe(0);
  });

  test('what is left to answer goes below zero', () => {
    expect(secondsUntil(moment, at('09:59:30.000'))).toBe(30);
    expect(secondsUntil(moment, at('10:00:01.000'))).toBe(-1);
  });
});

test('a language is named in the words of the reader; a tag that is none stays', () => {
  expect(languageName('es', 'pt')).toBe('portugués');
  expect(languageName('en', '?')).toBe('?');
});
