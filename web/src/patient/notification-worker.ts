/** Shows the page again when its notification is pressed. Does nothing else: no cache, no requests. */
interface PressEvent extends Event {
  readonly notification: Notification;
  waitUntil(work: Promise<unknown>): void;
}

interface Page {
  focus(): Promise<unknown>;
}

declare const clients: {
  matchAll(options: { type: 'window'; includeUncontrolled: boolean }): Promise<readonly Page[]>;
};

addEventListener('notificationclick', (event) => {
  const press = event as PressEvent;
  press.notification.close();
  press.waitUntil(showPage());
});

async function showPage(): Promise<void> {
  const [page] = await clients.matchAll({ type: 'window', includeUncontrolled: true });
  await page?.focus();
}

export {};
