import { plural } from '../format';
import type { StaffText } from './en';
import { admin } from './es/admin';
import { consultation } from './es/consultation';
import { counter } from './es/counter';
import { floor } from './es/floor';

const count = (forms: { one: string; other: string }) => (number: number) => plural('es', number, forms);

export const es: StaffText = {
  brand: 'Officina',
  skip: 'Ir a la página',
  title: (page) => `${page} · Officina`,
  titleWaiting: (waiting, page) => `(${waiting}) ${page} · Officina`,
  titleWorse: (title) => `‼ ${title}`,
  loading: 'Cargando…',
  retry: 'Intentar de nuevo',
  cancel: 'Cancelar',
  close: 'Cerrar',
  copy: 'Copiar',
  copied: 'Copiado.',
  optional: 'opcional',
  none: 'Ninguno',

  shell: {
    navigation: 'Páginas',
    counter: 'Mostrador',
    consultations: 'Mis consultas',
    compliance: 'Cumplimiento',
    admin: 'Personal',
    home: 'Inicio',
    signOut: 'Cerrar sesión',
    keys: 'Teclado',
    connecting: 'Conectando…',
    offline: 'Sin conexión. Lo que ve puede estar anticuado; volvemos a intentarlo.',
    closed: 'Las novedades en directo se han detenido. Recargue la página.',
    language: 'Idioma',
    roles: {
      patient: 'Paciente',
      guest: 'Invitado',
      pharmacist: 'Farmacéutico/a',
      technician: 'Técnico/a',
      admin: 'Administración',
      compliance: 'Cumplimiento normativo',
      integration: 'Integración',
      operator: 'Operación',
    },
  },

  login: {
    heading: 'Iniciar sesión',
    lead: 'Para el personal de la farmacia.',
    email: 'Correo electrónico',
    password: 'Contraseña',
    otp: 'Código de su autenticador',
    otpHint: 'Seis cifras. Cada 30 segundos aparece un código nuevo.',
    submit: 'Iniciar sesión',
    submitting: 'Iniciando sesión…',
    emailMissing: 'Escriba su correo electrónico.',
    passwordMissing: 'Escriba su contraseña.',
    otpMissing: 'Escriba las seis cifras del código.',
    lockedFor: (minutes) =>
      `Demasiados intentos fallidos. Inténtelo de nuevo en ${plural('es', minutes, { one: '# minuto', other: '# minutos' })}.`,
    patient: '¿Es usted paciente? Use el enlace o la página de su farmacia.',
    signedOut: 'Ha cerrado la sesión.',
    ended: 'Su sesión ha terminado. Vuelva a iniciarla.',
    idle: 'Se cerró la sesión porque no hubo actividad durante 15 minutos.',
  },

  idle: {
    heading: '¿Sigue ahí?',
    body: (time) => `Para proteger a los pacientes, la sesión se cerrará en ${time}.`,
    stay: 'Seguir en la sesión',
  },

  wrongRole: {
    heading: 'Esta página no es para su función',
    body: (role) => `Ha iniciado sesión como: ${role}.`,
    back: 'Volver a su página',
  },
  unknownPage: {
    heading: 'No existe esa página',
    body: 'La dirección puede ser antigua o estar mal escrita.',
  },

  home: {
    heading: 'Inicio',
    yours: 'Sus páginas',
    nothing:
      'Su función no tiene páginas con pacientes ni registros. Trabaja con la línea de órdenes y las métricas.',
    api: 'Documentación de la API',
    apiHint: 'Todas las operaciones de la API HTTP, con sus errores.',
    hints: {
      counter: 'Quién espera, y darle paso.',
      consultations: 'Sus consultas y sus notas.',
      compliance: 'Qué ocurrió en cada consulta, con pruebas.',
      admin: 'Quién trabaja aquí, qué puede hacer y las colas.',
    },
  },

  ...counter,
  ...floor,
  consultation,

  list: {
    mine: 'Mis consultas',
    all: 'Consultas',
    caption: 'Consultas, las más recientes primero',
    started: 'Inicio',
    person: 'Persona',
    pharmacist: 'Farmacéutico/a',
    queue: 'Cola',
    state: 'Estado',
    outcome: 'Resultado',
    open: 'Abrir',
    more: 'Mostrar más',
    end: 'Eso es todo.',
    empty: 'Todavía no hay consultas.',
    shown: count({ one: '# mostrada', other: '# mostradas' }),
    search: 'Buscar por el identificador de la consulta',
    searchHint: 'Como en un informe o una queja, por ejemplo 0192f4c1-….',
    searchGo: 'Buscar',
    searchBad: 'Eso no es el identificador de una consulta.',
  },

  timeline: {
    heading: 'Cronología',
    title: 'Cronología de una consulta',
    back: 'Todas las consultas',
    caption: 'Todo lo registrado sobre esta consulta, en orden',
    number: 'N.º',
    time: 'Hora',
    who: 'Quién',
    what: 'Qué ocurrió',
    log: 'Registro',
    details: 'Detalles',
    system: 'Sistema',
    utc: 'Mostrar horas en UTC',
    kinds: 'Mostrar',
    allKinds: 'Todo',
    kind: {
      visit: 'Sala de espera',
      consultation: 'Consulta',
      room: 'Llamada',
      note: 'Notas',
      consent: 'Consentimientos',
      recording: 'Grabación',
      auth: 'Inicio de sesión',
      patient: 'Paciente',
      queue: 'Cola',
      reading: 'Quién miró',
      other: 'Otros',
    },
    index: (index) => `Entrada ${index}`,
    proof: 'Descargar prueba',
    proofFor: (number) => `Descargar prueba de la entrada ${number}`,
    signed: (size) =>
      `Este registro está firmado; tamaño ${plural('es', size, { one: '# entrada', other: '# entradas' })}.`,
    signedAt: (moment) => `Firmado el ${moment}.`,
    unsigned: 'Este registro aún no está firmado.',
    checkpoint: 'Punto de control firmado',
    checkpointHint:
      'Guarde una copia fuera de este servidor: los registros posteriores deben contener todo hasta él.',
    incomplete: 'Las entradas más recientes aún se están añadiendo al registro.',
    empty: 'No hay ninguna entrada sobre una consulta con este identificador.',
    count: count({ one: '# entrada', other: '# entradas' }),
    countOf: (shown, all) => `${shown} de ${all} entradas`,
    eventName: 'Evento',
    eventId: 'Identificador del evento',
    consultationId: 'Identificador de la consulta',
    verify: 'Cualquiera puede comprobar este registro sin conexión: python -m server audit verify',
  },

  admin,
};
