import { beforeEach, describe, expect, test } from 'vitest';
import type { QueueSummary } from '../../src/api/types';
import { LATE_AGAIN_MS, Lookout, WORSE_AGAIN_MS } from '../../src/staff/floor/lookout';

const START = Date.parse('2026-03-01T10:00:00Z');
const at = (minutes: number) => new Date(START + minutes * 60_000).toISOString();

const EMPTY: QueueSummary = {
  id: 'q',
  name: 'Advice',
  version: 1,
  serves: true,
  state: 'open',
  pause_message: null,
  waiting: 0,
  called: 0,
  in_consultation: 0,
  worse: 0,
  worse_at: null,
  longest_since: null,
  newest_since: null,
  wait_alert_s: 900,
};

let lookout: Lookout;
beforeEach(() => {
  lookout = new Lookout();
});

/** What is told at a minute, when the queue is like this. */
function told(minute: number, queue: Partial<QueueSummary>, extraMs = 0): readonly string[] {
  const news = lookout.see([{ ...EMPTY, ...queue }], START + minute * 60_000 + extraMs);
  return news.map(({ kind }) => kind);
}

describe('arrivals', () => {
  test('those who were there when the page opened are no news', () => {
    expect(told(0, { waiting: 2, newest_since: at(0), longest_since: at(0) })).toEqual([]);
  });

  test('one who came later is, once', () => {
    told(0, { waiting: 1, newest_since: at(0) });
    expect(told(1, { waiting: 2, newest_since: at(1) })).toEqual(['arrived']);
    expect(told(1, { waiting: 2, newest_since: at(1) })).toEqual([]);
  });

  test('also when somebody else left in the same moment', () => {
    told(0, { waiting: 1, newest_since: at(0) });
    expect(told(1, { waiting: 1, newest_since: at(1) })).toEqual(['arrived']);
  });

  test('one moved here from another queue is, although they came before', () => {
    told(5, { waiting: 1, newest_since: at(4) });
    expect(told(6, { waiting: 2, newest_since: at(4) })).toEqual(['arrived']);
  });

  test('one who did not answer and is back in the line is not', () => {
    told(0, { called: 1, newest_since: at(0) });
    expect(told(3, { waiting: 1, newest_since: at(0) })).toEqual([]);
  });
});

describe('waiting too long', () => {
  test('is told when the threshold passes, without any change of the queue', () => {
    const queue = { waiting: 1, longest_since: at(0), newest_since: at(0) };
    told(0, queue);
    expect(told(15, queue, -1)).toEqual([]);
    expect(told(15, queue)).toEqual(['late']);
    expect(told(16, queue)).toEqual([]);
  });

  test('who was late already when the page opened is not told', () => {
    const queue = { waiting: 1, longest_since: at(0), newest_since: at(0) };
    expect(told(20, queue)).toEqual([]);
    expect(told(21, queue)).toEqual([]);
  });

  test('where many are late, it is not told with each admission', () => {
    const line = { waiting: 9, newest_since: at(2) };
    told(0, { ...line, longest_since: at(0) });
    expect(told(15, { ...line, longest_since: at(0) })).toEqual(['late']);
    expect(told(16, { ...line, longest_since: at(1) })).toEqual([]);
    expect(told(17, { ...line, longest_since: at(2) }, LATE_AGAIN_MS)).toEqual(['late']);
  });

  test('after everybody was in time, the next one is told at once', () => {
    const queue = { waiting: 1, newest_since: at(1) };
    told(0, { ...queue, longest_since: at(0) });
    expect(told(15, { ...queue, longest_since: at(0) })).toEqual(['late']);
    told(15, { ...queue, longest_since: at(1) });
    expect(told(16, { ...queue, longest_since: at(1) })).toEqual(['late']);
  });
});

describe('feeling worse', () => {
  test('is told at once, even when the page just opened, and again until somebody has seen to it', () => {
    expect(told(0, { worse: 1 })).toEqual(['worse']);
    expect(told(0, { worse: 1 }, 1_000)).toEqual([]);
    expect(told(0, { worse: 1 }, WORSE_AGAIN_MS)).toEqual(['worse']);
    expect(told(0, { worse: 0 }, 2 * WORSE_AGAIN_MS)).toEqual([]);
    expect(told(0, { worse: 0 }, 9 * WORSE_AGAIN_MS)).toEqual([]);
  });

  test('a second one is told at once', () => {
    told(0, { worse: 1, worse_at: at(0) });
    expect(told(1, { worse: 2, worse_at: at(1) })).toEqual(['worse']);
  });

  test('also when the first was seen to in the same moment', () => {
    told(0, { worse: 1, worse_at: at(0) });
    expect(told(0.1, { worse: 1, worse_at: at(0.1) })).toEqual(['worse']);
  });
});
