import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Alerts } from '../../src/staff/floor/alerts';

let kept: Record<string, string>;
let notified: { title: string; tag: string }[];

beforeEach(() => {
  kept = {};
  notified = [];
  vi.stubGlobal('localStorage', {
    getItem: (name: string) => kept[name] ?? null,
    setItem: (name: string, value: string) => {
      kept[name] = value;
    },
  });
  vi.stubGlobal('document', { hidden: false, hasFocus: () => true });
  class Shown {
    static permission = 'granted';
    constructor(title: string, { tag }: { tag: string }) {
      notified.push({ title, tag });
    }
  }
  vi.stubGlobal('Notification', Shown);
});
afterEach(() => vi.unstubAllGlobals());

test('what is grave and what takes long is on from the start; arrivals are for who wants them', () => {
  expect(new Alerts().settings.value).toEqual({ worse: true, handed: true, late: true, arrived: false });
});

test('a choice is remembered on the device', () => {
  new Alerts().set('arrived', true);
  new Alerts().set('late', false);
  expect(new Alerts().settings.value).toEqual({ worse: true, handed: true, late: false, arrived: true });
});

test.each(['on', '[]', '{"worse": "yes"}', '{"other": true}'])(
  'what is stored wrongly is forgotten: %s',
  (stored) => {
    kept['officina-alerts'] = stored;
    expect(new Alerts().settings.value.worse).toBe(true);
  },
);

test('whoever looks at the page gets no notification of an arrival, but one of somebody who feels worse', () => {
  const alerts = new Alerts();
  alerts.set('arrived', true);
  alerts.tell('arrived', 'q', 'A patient has arrived', '');
  expect(notified).toEqual([]);
  alerts.tell('worse', 'q', 'A patient feels worse', '');
  expect(notified).toEqual([{ title: 'A patient feels worse', tag: 'officina-worse-q' }]);
});

test('in the background an arrival is notified, unless it is muted', () => {
  vi.stubGlobal('document', { hidden: true, hasFocus: () => false });
  const alerts = new Alerts();
  alerts.tell('arrived', 'q', 'muted', '');
  alerts.set('arrived', true);
  alerts.tell('arrived', 'q', 'A patient has arrived', '');
  expect(notified.map(({ title }) => title)).toEqual(['A patient has arrived']);
});
