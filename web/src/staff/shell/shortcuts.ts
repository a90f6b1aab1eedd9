import { shortcutsOn } from '../../call/view/shortcuts';

interface Pressed {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

/** The name of a key press, such as `a`, `?`, `ArrowDown`, `Ctrl+Enter` or `Ctrl+Shift+f`. */
export function chord(event: Pressed): string {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (event.altKey) return `Alt+${key}`;
  if (!event.ctrlKey && !event.metaKey) return key;
  return `Ctrl+${event.shiftKey ? 'Shift+' : ''}${key}`;
}

/** Whether keys belong to what has the focus: a field, or anything inside an open dialog or menu. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return false;
  return target.closest('input, textarea, select, [contenteditable], dialog, [data-menu]') !== null;
}

type Run = () => void;

/**
 * The page's keys. A view adds its own while it is mounted. Keys without Ctrl never act while somebody
 * types or has a dialog open, and can be turned off (WCAG 2.1.4).
 */
export class Shortcuts {
  readonly #keys: Map<string, Run>[] = [];
  add(keys: Readonly<Record<string, Run>>): () => void {
    const layer = new Map(Object.entries(keys));
    this.#keys.push(layer);
    return () => void this.#keys.splice(this.#keys.indexOf(layer), 1);
  }

  listen(target: EventTarget = document): () => void {
    const handle = (event: Event) => this.#pressed(event as KeyboardEvent);
    target.addEventListener('keydown', handle);
    return () => target.removeEventListener('keydown', handle);
  }

  #pressed(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.isComposing || event.repeat) return;
    const name = chord(event);
    const run = this.#keys.findLast((layer) => layer.has(name))?.get(name);
    if (run === undefined || !this.#acts(name, event.target)) return;
    event.preventDefault();
    run();
  }

  #acts(name: string, target: EventTarget | null): boolean {
    if (document.querySelector('dialog[open]') !== null) return false;
    if (name.startsWith('Ctrl+')) return true;
    return shortcutsOn.peek() && !isTyping(target);
  }
}
