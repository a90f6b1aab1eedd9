import { plural } from '../../format';

const count = (forms: { one: string; other: string }) => (number: number) => plural('en', number, forms);

/** What administrators read. */
export const admin = {
  heading: 'People',
  peopleCaption: 'Staff and what they may do',
  name: 'Name',
  email: 'E-mail',
  role: 'Role',
  registration: 'Registration',
  serves: 'Queues',
  status: 'Status',
  active: 'Active',
  disabled: 'Disabled',
  noStaff: 'Nobody yet.',
  changes: 'Changes are made on the command line of the server',
  changesBody: 'Each change is recorded in the audit log. See all options with --help.',
  servesCount: count({ one: '# queue', other: '# queues' }),
  queues: 'Queues',
  queuesCaption: 'Queues and how many stand in each',
  noQueues: 'No queue yet.',
  waiting: 'Waiting',
  called: 'Being called',
  inConsultation: 'In consultation',
};
