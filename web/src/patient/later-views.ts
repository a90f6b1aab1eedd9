import { laterView } from './later-view';

/** The call and the device check, which somebody who only waits does not need yet. */
export const call = laterView(async () => (await import('./call-page')).CallPage);
export const deviceCheck = laterView(async () => (await import('./device-check-view')).DeviceCheckView);
