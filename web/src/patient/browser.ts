/** Why a browser cannot hold a call: an app's own window, or no WebRTC at all. */
export type BrowserTrouble = 'in_app' | 'no_webrtc';

/** Apps whose built-in browsers do not give camera and microphone, or lose the page. */
const IN_APP =
  /FBAN|FBAV|FB_IAB|Instagram|Line\/|MicroMessenger|musical_ly|BytedanceWebview|TikTok|Snapchat|Twitter|LinkedInApp|Pinterest|GSA\/|WhatsApp|Viber|KAKAOTALK|; wv\)/i;

export function browserTrouble(userAgent: string, hasWebRtc: boolean): BrowserTrouble | null {
  if (IN_APP.test(userAgent)) return 'in_app';
  return hasWebRtc ? null : 'no_webrtc';
}

export type HelpFor = 'ios' | 'android' | 'safari' | 'desktop';

/** Whose steps for allowing the camera to show. */
export function helpFor(userAgent: string): HelpFor {
  if (/iPhone|iPad|iPod/.test(userAgent)) return 'ios';
  if (/Android/.test(userAgent)) return 'android';
  return /Safari/.test(userAgent) && !/Chrom/.test(userAgent) ? 'safari' : 'desktop';
}
