import { describe, expect, test } from 'vitest';
import type { DeviceCheckView } from '../../src/api/types';
import { en } from '../../src/i18n/staff/en';
import { actsOn, requestOf } from '../../src/staff/counter/acts';
import { ageOn, deviceWords, heldBy, languageName, nextOf, stepped } from '../../src/staff/counter/line';
import { elapsed, minutesSince, secondsUntil } from '../../src/staff/now';
import { queue, visitor } from './people';

describe('who is next', () => {
  test('the one whom the server named, wherever they stand', () => {
    const line = [visitor('a', { state: 'away' }), visitor('b'), visitor('c', { is_next: true })];
    expect(nextOf(queue(line))?.id).toBe('c');
  });

  test('nobody, when the server named nobody', () => {
    expect(nextOf(queue([visitor('a')]))).toBeNull();
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

  test('urgent goes with its reason, and is taken back', () => {
    expect(requestOf('urgent', 'v', 'In pain')).toEqual({
      path: 'visits/v/class',
      body: { priority_class: 'urgent', reason: 'In pain' },
    });
    expect(requestOf('routine', 'v', '').body).toEqual({ priority_class: 'routine', reason: null });
  });

  test('who is being called can be noted as not answering; who is talking cannot be declined', () => {
    expect(actsOn(visitor('a', { state: 'called' }))).toContain('no_answer');
    expect(actsOn(visitor('a'))).not.toContain('no_answer');
    expect(actsOn(visitor('a', { state: 'in_consultation' }))).not.toContain('decline');
  });

  test('what undoes an act takes its place', () => {
    const away = actsOn(visitor('a', { state: 'away', priority_class: 'urgent' }));
    expect(away).toEqual(expect.arrayContaining(['release', 'routine']));
    expect(away).not.toContain('hold');
    expect(away).not.toContain('urgent');
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

  test('waiting ticks in seconds, with hours once there are any', () => {
    expect(elapsed(moment, at('10:04:05.900'))).toBe('4:05');
    expect(elapsed(moment, at('11:04:05.000'))).toBe('1:04:05');
    expect(elapsed(moment, at('09:59:00.000'))).toBe('0:00');
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
