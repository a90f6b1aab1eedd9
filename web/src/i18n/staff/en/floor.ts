import { plural } from '../../format';

const minutes = (number: number) => plural('en', number, { one: '# minute', other: '# minutes' });
const count = (forms: { one: string; other: string }) => (number: number) => plural('en', number, forms);

/** What staff who serve queues read on every page. */
export const floor = {
  alerts: {
    button: 'Alerts',
    on: 'Alerts are on: change them',
    off: 'Alerts are off: change them',
    hint: 'By sound, and by a notification while you look elsewhere. Remembered on this device.',
    kinds: {
      worse: 'Somebody feels worse',
      handed: 'A consultation is handed over to you',
      late: 'Somebody has waited too long',
      arrived: 'Somebody arrives',
    },
    allow: 'Allow notifications',
    desktop: {
      granted: 'Notifications are allowed.',
      blocked: 'The browser blocks notifications for this site: sound only.',
      none: 'This browser has no notifications: sound only.',
    },
    titles: {
      worse: 'A patient feels worse',
      handed: 'A consultation is yours now',
      late: 'A patient has waited long',
      arrived: 'A patient has arrived',
    },
    told: {
      worse: (queue: string) => `Somebody in ${queue} feels worse.`,
      late: (queue: string) => `Somebody in ${queue} has waited too long.`,
      handed: (queue: string) => `A colleague handed it over, ${queue}.`,
      arrived: (queue: string) => `Somebody is waiting in ${queue}.`,
    },
    handed: (name: string) => `The consultation with ${name} was handed over to you.`,
  },

  worse: {
    feelsWorse: (name: string) => `${name} feels worse.`,
    since: (number: number, queue: string) =>
      number < 1 ? `Told just now, ${queue}.` : `Told ${minutes(number)} ago, ${queue}.`,
    seen: 'Seen to',
    seenName: (name: string) => `${name}: I have seen to them`,
    seenDone: (name: string) => `Noted that you have seen to ${name}.`,
  },

  duty: {
    heading: 'On duty',
    states: { on: 'On duty', break: 'On a break', off: 'Off duty' },
    onUntil: (time: string) => `On duty until ${time}`,
    backAt: (time: string) => `Break until ${time}`,
    breakOver: 'Your break is over',
    goOn: 'On duty',
    goOff: 'Off duty',
    breakFor: (number: number) => `Break, ${minutes(number)}`,
    shiftEnd: 'My shift ends',
    set: 'Set',
    nobody: 'Nobody is on duty.',
    you: 'you',
    free: 'Free',
    busy: 'In a consultation',
  },

  callBacks: {
    heading: 'To ring back',
    reasons: { full: 'the line was full', closed: 'the line was closed', bad_line: 'the video failed' },
    outcomes: { reached: 'Reached', no_answer: 'No answer', not_needed: 'Not needed' },
    outcomeOf: (name: string) => `What came of ringing ${name}`,
    done: 'Noted.',
  },

  phoneVisit: {
    heading: 'Add a phone patient',
    name: 'Name',
    nameMissing: 'Enter their name.',
    birthDate: 'Date of birth',
    birthDateMissing: 'Enter their date of birth.',
    phone: 'Phone number',
    phoneMissing: 'Enter the number to ring.',
    language: 'Language',
    pharmacy: 'Pharmacy',
    reason: 'Reason',
    hasSpeaker: 'Somebody else speaks for them',
    speakerName: 'Name of who speaks',
    relationship: 'Who they are to the patient',
    authority: 'By what right',
    add: 'Add to the line',
    added: 'Added to the line.',
  },

  why: {
    first: 'First in the line.',
    firstReady: 'The first who is ready for you.',
    calledBefore: 'Did not answer the first call, so stands at the front again.',
    urgent: (reason: string | null) => (reason === null ? 'Marked urgent.' : `Marked urgent: ${reason}.`),
    scheduled: (time: string | null) =>
      time === null ? 'Has an appointment now.' : `Has an appointment at ${time}.`,
    passedOver: (kinds: string) => `Passed over, places kept: ${kinds}.`,
    kinds: {
      away: count({ one: '# away', other: '# away' }),
      checking: count({ one: '# checking their device', other: '# checking their device' }),
      other: count({ one: '# who needs a colleague', other: '# who need a colleague' }),
    },
  },

  skills: {
    vaccination: 'Vaccination',
    medication_review: 'Medication review',
    travel: 'Travel health',
    children: 'Children',
    contraception: 'Contraception',
    diabetes: 'Diabetes',
    smoking: 'Stopping smoking',
    wounds: 'Wounds and skin',
  },
};
