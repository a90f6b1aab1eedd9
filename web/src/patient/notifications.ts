import { type ReadonlySignal, signal } from '@preact/signals';
import workerUrl from './notification-worker?worker&url';

/** `absent`: this browser has none; `ask`: the person has not said yet; `blocked`: they, or the browser, said no. */
export type NotificationState = 'absent' | 'ask' | 'on' | 'blocked';

/** All of them replace one another: only the last one counts. */
const TAG = 'officina';

/**
 * The browser's notifications, for somebody who looks at something else meanwhile. They are asked for on a press
 * only, and say nothing that others may not read on a locked screen.
 */
export class Notifications {
  readonly #state = signal<NotificationState>(stateNow());
  #worker: Promise<ServiceWorkerRegistration | null> | null = null;

  get state(): ReadonlySignal<NotificationState> {
    return this.#state;
  }

  /** Asks the person, through the browser. Call on a press. */
  async ask(): Promise<void> {
    await Notification.requestPermission().catch(() => undefined);
    this.#state.value = stateNow();
    if (this.#state.peek() === 'on') await this.#registered();
  }

  /** Shows one, unless the person looks at the page anyway. */
  async show(title: string, body: string): Promise<void> {
    if (this.#state.peek() !== 'on' || document.visibilityState === 'visible') return;
    const options = { body, tag: TAG, renotify: true, requireInteraction: true } as NotificationOptions;
    try {
      const worker = await this.#registered();
      if (worker) await worker.showNotification(title, options);
      else new Notification(title, options).onclick = () => focus();
    } catch {
      // The page rings all the same.
    }
  }

  /** Takes away what is no longer true. */
  async clear(): Promise<void> {
    const worker = await (this.#worker ?? null);
    for (const shown of (await worker?.getNotifications({ tag: TAG })) ?? []) shown.close();
  }

  /** On Android only a service worker may show a notification. It does nothing else, and controls no page. */
  #registered(): Promise<ServiceWorkerRegistration | null> {
    this.#worker ??= register();
    return this.#worker;
  }
}

function stateNow(): NotificationState {
  if (!('Notification' in globalThis)) return 'absent';
  return ({ default: 'ask', granted: 'on', denied: 'blocked' } as const)[Notification.permission];
}

async function register(): Promise<ServiceWorkerRegistration | null> {
  try {
    const worker = await navigator.serviceWorker.register(workerUrl);
    await active(worker);
    return worker;
  } catch {
    return null;
  }
}

/** `serviceWorker.ready` waits for one that controls the page; this one never does. */
async function active(registration: ServiceWorkerRegistration): Promise<void> {
  const worker = registration.installing ?? registration.waiting;
  if (registration.active || worker === null) return;
  await new Promise<void>((done) => {
    worker.addEventListener('statechange', () => {
      if (worker.state === 'activated' || worker.state === 'redundant') done();
    });
  });
}
