import { plural } from '../format';
import { admin } from './en/admin';
import { consultation } from './en/consultation';
import { counter } from './en/counter';
import { floor } from './en/floor';

const count = (forms: { one: string; other: string }) => (number: number) => plural('en', number, forms);

/** What staff read. Short: it is read at a glance, standing. */
export const en = {
  brand: 'Officina',
  skip: 'Skip to the page',
  title: (page: string) => `${page} · Officina`,
  titleWaiting: (waiting: number, page: string) => `(${waiting}) ${page} · Officina`,
  titleWorse: (title: string) => `‼ ${title}`,
  loading: 'Loading…',
  retry: 'Try again',
  cancel: 'Cancel',
  close: 'Close',
  copy: 'Copy',
  copied: 'Copied.',
  optional: 'optional',
  none: 'None',

  shell: {
    navigation: 'Pages',
    counter: 'Counter',
    consultations: 'My consultations',
    compliance: 'Compliance',
    admin: 'People',
    home: 'Start',
    signOut: 'Sign out',
    keys: 'Keyboard',
    connecting: 'Connecting…',
    offline: 'No connection. What you see may be out of date; trying again.',
    closed: 'Live updates have stopped. Reload the page.',
    language: 'Language',
    roles: {
      patient: 'Patient',
      guest: 'Guest',
      pharmacist: 'Pharmacist',
      technician: 'Technician',
      admin: 'Administrator',
      compliance: 'Compliance officer',
      integration: 'Integration',
      operator: 'Operator',
    },
  },

  login: {
    heading: 'Sign in',
    lead: 'For pharmacy staff.',
    email: 'E-mail address',
    password: 'Password',
    otp: 'Code from your authenticator',
    otpHint: 'Six digits. A new code appears every 30 seconds.',
    submit: 'Sign in',
    submitting: 'Signing in…',
    emailMissing: 'Enter your e-mail address.',
    passwordMissing: 'Enter your password.',
    otpMissing: 'Enter the six digits of the code.',
    lockedFor: (minutes: number) =>
      `Too many failed attempts. Try again in ${plural('en', minutes, { one: '# minute', other: '# minutes' })}.`,
    patient: 'Are you a patient? Please use the link or the page of your pharmacy.',
    signedOut: 'You are signed out.',
    ended: 'Your session has ended. Please sign in again.',
    idle: 'You were signed out because nothing was done for 15 minutes.',
  },

  idle: {
    heading: 'Are you still there?',
    body: (time: string) => `To protect patients, you will be signed out in ${time}.`,
    stay: 'Stay signed in',
  },

  wrongRole: {
    heading: 'This page is not for your role',
    body: (role: string) => `You are signed in as: ${role}.`,
    back: 'Back to your page',
  },
  unknownPage: {
    heading: 'There is no such page',
    body: 'The address may be old or mistyped.',
  },

  home: {
    heading: 'Start',
    yours: 'Your pages',
    nothing:
      'Your role has no pages with patients or records. It works on the command line and with metrics.',
    api: 'API documentation',
    apiHint: 'Every operation of the HTTP API, with its errors.',
    hints: {
      counter: 'Who is waiting, and admitting them.',
      consultations: 'Your own consultations and their notes.',
      compliance: 'What happened in each consultation, with proof.',
      admin: 'Who works here, what they may do, and the queues.',
    },
  },

  ...counter,
  ...floor,
  consultation,

  list: {
    mine: 'My consultations',
    all: 'Consultations',
    caption: 'Consultations, newest first',
    started: 'Started',
    person: 'Person',
    pharmacist: 'Pharmacist',
    queue: 'Queue',
    state: 'State',
    outcome: 'Outcome',
    open: 'Open',
    more: 'Show more',
    end: 'That is all.',
    empty: 'No consultations yet.',
    shown: count({ one: '# shown', other: '# shown' }),
    search: 'Find by consultation id',
    searchHint: 'As in a report or a complaint, such as 0192f4c1-….',
    searchGo: 'Find',
    searchBad: 'That is not a consultation id.',
  },

  timeline: {
    heading: 'Timeline',
    title: 'Timeline of a consultation',
    back: 'All consultations',
    caption: 'Everything recorded about this consultation, in order',
    number: 'No.',
    time: 'Time',
    who: 'Who',
    what: 'What happened',
    log: 'Log',
    details: 'Details',
    system: 'System',
    utc: 'Show times in UTC',
    kinds: 'Show',
    allKinds: 'Everything',
    kind: {
      visit: 'Waiting room',
      consultation: 'Consultation',
      room: 'Call',
      note: 'Notes',
      consent: 'Consents',
      recording: 'Recording',
      auth: 'Signing in',
      patient: 'Patient',
      queue: 'Queue',
      reading: 'Who looked',
      other: 'Other',
    },
    index: (index: number) => `Entry ${index}`,
    proof: 'Download proof',
    proofFor: (number: number) => `Download proof of entry ${number}`,
    signed: (size: number) =>
      `This log is signed; size ${plural('en', size, { one: '# entry', other: '# entries' })}.`,
    signedAt: (moment: string) => `Signed ${moment}.`,
    unsigned: 'This log is not signed yet.',
    checkpoint: 'Signed checkpoint',
    checkpointHint: 'Keep a copy outside this server: later logs must contain everything up to it.',
    incomplete: 'The newest entries are still being added to the log.',
    empty: 'No entry about a consultation with this id.',
    count: count({ one: '# entry', other: '# entries' }),
    countOf: (shown: number, all: number) => `${shown} of ${all} entries`,
    eventName: 'Event',
    eventId: 'Event id',
    consultationId: 'Consultation id',
    verify: 'Anyone can check this log offline: python -m server audit verify',
  },

  admin,
};

export type StaffText = typeof en;
