import { plural } from '../../format';
import type { admin as adminEn } from '../en/admin';

const count = (forms: { one: string; other: string }) => (number: number) => plural('es', number, forms);

/** What administrators read. */
export const admin: typeof adminEn = {
  heading: 'Personal',
  peopleCaption: 'El personal y lo que puede hacer',
  name: 'Nombre',
  email: 'Correo',
  role: 'Función',
  registration: 'Colegiación',
  serves: 'Colas',
  status: 'Estado',
  active: 'Activa',
  disabled: 'Desactivada',
  noStaff: 'Todavía nadie.',
  changes: 'Los cambios se hacen en la línea de órdenes del servidor',
  changesBody: 'Cada cambio queda en el registro de auditoría. Vea todas las opciones con --help.',
  servesCount: count({ one: '# cola', other: '# colas' }),
  queues: 'Colas',
  queuesCaption: 'Las colas y cuántas personas hay en cada una',
  noQueues: 'Todavía no hay colas.',
  waiting: 'Esperan',
  called: 'Llamando',
  inConsultation: 'En consulta',
};
