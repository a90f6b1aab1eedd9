import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { CalmVoice } from '../../src/patient/calm-voice';

let said: string[];
let voice: CalmVoice;

beforeEach(() => {
  vi.useFakeTimers();
  said = [];
  voice = new CalmVoice((words) => said.push(words), Date.now);
});
afterEach(() => vi.useRealTimers());

test('the first words are said at once', () => {
  voice.say('Number 9');
  expect(said).toEqual(['Number 9']);
});

test('words within half a minute wait, and only the newest are said', () => {
  voice.say('Number 9');
  vi.advanceTimersByTime(5_000);
  voice.say('Number 8');
  vi.advanceTimersByTime(5_000);
  voice.say('Number 7');
  expect(said).toEqual(['Number 9']);
  vi.advanceTimersByTime(20_000);
  expect(said).toEqual(['Number 9', 'Number 7']);
});

test('a place that came back to what was said is not said again', () => {
  voice.say('Number 9');
  voice.say('Number 8');
  voice.say('Number 9');
  vi.advanceTimersByTime(60_000);
  expect(said).toEqual(['Number 9']);
});

test('after a quiet half minute a change is said at once', () => {
  voice.say('Number 9');
  vi.advanceTimersByTime(30_000);
  voice.say('Number 8');
  expect(said).toEqual(['Number 9', 'Number 8']);
});

test('nothing is said once it is hushed', () => {
  voice.say('Number 9');
  voice.say('Number 8');
  voice.hush();
  vi.advanceTimersByTime(60_000);
  expect(said).toEqual(['Number 9']);
});
