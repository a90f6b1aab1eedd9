import { plural } from '../../format';
import type { floor as floorEn } from '../en/floor';

const minutes = (number: number) => plural('es', number, { one: '# minuto', other: '# minutos' });
const count = (forms: { one: string; other: string }) => (number: number) => plural('es', number, forms);

/** What staff who serve queues read on every page. */
export const floor: typeof floorEn = {
  alerts: {
    button: 'Avisos',
    on: 'Los avisos están activados: cambiarlos',
    off: 'Los avisos están desactivados: cambiarlos',
    hint: 'Con sonido, y con una notificación si mira a otra parte. Se recuerda en este dispositivo.',
    kinds: {
      worse: 'Alguien se encuentra peor',
      handed: 'Le ceden una consulta',
      late: 'Alguien espera demasiado',
      arrived: 'Llega alguien',
    },
    allow: 'Permitir notificaciones',
    desktop: {
      granted: 'Las notificaciones están permitidas.',
      blocked: 'El navegador bloquea las notificaciones de este sitio: solo sonido.',
      none: 'Este navegador no tiene notificaciones: solo sonido.',
    },
    titles: {
      worse: 'Un paciente se encuentra peor',
      handed: 'Una consulta pasa a usted',
      late: 'Un paciente espera demasiado',
      arrived: 'Ha llegado un paciente',
    },
    told: {
      worse: (queue) => `Alguien en ${queue} se encuentra peor.`,
      late: (queue) => `Alguien en ${queue} espera demasiado.`,
      handed: (queue) => `Se la cede un colega, ${queue}.`,
      arrived: (queue) => `Alguien espera en ${queue}.`,
    },
    handed: (name) => `Le han cedido la consulta con ${name}.`,
  },

  worse: {
    feelsWorse: (name) => `${name} se encuentra peor.`,
    since: (number, queue) =>
      number < 1 ? `Lo dijo ahora mismo, ${queue}.` : `Lo dijo hace ${minutes(number)}, ${queue}.`,
    seen: 'Atendido',
    seenName: (name) => `${name}: ya me he ocupado`,
    seenDone: (name) => `Anotado que se ha ocupado de ${name}.`,
  },

  duty: {
    heading: 'De servicio',
    states: { on: 'De servicio', break: 'En descanso', off: 'Fuera de servicio' },
    onUntil: (time) => `De servicio hasta las ${time}`,
    backAt: (time) => `Descanso hasta las ${time}`,
    breakOver: 'Su descanso ha terminado',
    goOn: 'De servicio',
    goOff: 'Fuera de servicio',
    breakFor: (number) => `Descanso, ${minutes(number)}`,
    shiftEnd: 'Mi turno termina',
    set: 'Fijar',
    nobody: 'No hay nadie de servicio.',
    you: 'usted',
    free: 'Libre',
    busy: 'En una consulta',
  },

  callBacks: {
    heading: 'Devolver la llamada',
    reasons: { full: 'la cola estaba llena', closed: 'la cola estaba cerrada', bad_line: 'falló el vídeo' },
    outcomes: { reached: 'Localizado', no_answer: 'No contestó', not_needed: 'No hace falta' },
    outcomeOf: (name) => `Qué resultó de llamar a ${name}`,
    done: 'Anotado.',
  },

  phoneVisit: {
    heading: 'Añadir un paciente por teléfono',
    name: 'Nombre',
    nameMissing: 'Escriba su nombre.',
    birthDate: 'Fecha de nacimiento',
    birthDateMissing: 'Escriba su fecha de nacimiento.',
    phone: 'Número de teléfono',
    phoneMissing: 'Escriba el número al que llamar.',
    language: 'Idioma',
    pharmacy: 'Farmacia',
    reason: 'Motivo',
    hasSpeaker: 'Otra persona habla por el paciente',
    speakerName: 'Nombre de quien habla',
    relationship: 'Qué relación tiene con el paciente',
    authority: 'Con qué derecho',
    add: 'Añadir a la cola',
    added: 'Añadido a la cola.',
  },

  why: {
    first: 'Va primero en la cola.',
    firstReady: 'La primera persona lista para usted.',
    calledBefore: 'No contestó la primera llamada y vuelve a estar al principio.',
    urgent: (reason) => (reason === null ? 'Marcado como urgente.' : `Marcado como urgente: ${reason}.`),
    scheduled: (time) => (time === null ? 'Tiene cita ahora.' : `Tiene cita a las ${time}.`),
    passedOver: (kinds) => `Se salta, con su lugar guardado: ${kinds}.`,
    kinds: {
      away: count({ one: '# ausente', other: '# ausentes' }),
      checking: count({ one: '# comprobando su dispositivo', other: '# comprobando su dispositivo' }),
      other: count({ one: '# que necesita a un colega', other: '# que necesitan a un colega' }),
    },
  },

  skills: {
    vaccination: 'Vacunación',
    medication_review: 'Revisión de la medicación',
    travel: 'Salud del viajero',
    children: 'Niños',
    contraception: 'Anticoncepción',
    diabetes: 'Diabetes',
    smoking: 'Dejar de fumar',
    wounds: 'Heridas y piel',
  },
};
