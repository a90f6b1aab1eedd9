import { describe, expect, test } from 'vitest';
import { browserTrouble, helpFor } from '../../src/patient/browser';

const CHROME =
  'Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/126.0.0.0 Mobile Safari/537.36';
const SAFARI =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1';
const MAC = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) AppleWebKit/605.1.15 Version/18.0 Safari/605.1.15';
const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0';

describe('which browser can hold a call', () => {
  test.each([CHROME, SAFARI, MAC, FIREFOX])('lets %s through', (agent) => {
    expect(browserTrouble(agent, true)).toBeNull();
  });

  test.each([
    `${SAFARI} [FBAN/FBIOS;FBAV/468.0]`,
    'Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 Mobile/15E148 Instagram 330.0',
    'Mozilla/5.0 (Linux; Android 14; Pixel 8 Build/AP1A; wv) AppleWebKit/537.36 Version/4.0 Chrome/126.0 Mobile',
    `${CHROME} MicroMessenger/8.0`,
    'Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 GSA/320.0 Mobile/15E148 Safari/604.1',
  ])('knows an app by its name: %s', (agent) => {
    expect(browserTrouble(agent, true)).toBe('in_app');
  });

  test('tells a browser without WebRTC', () => {
    expect(browserTrouble(FIREFOX, false)).toBe('no_webrtc');
  });

  test('shows the steps of the device', () => {
    expect([SAFARI, CHROME, MAC, FIREFOX].map(helpFor)).toEqual(['ios', 'android', 'safari', 'desktop']);
  });
});
