import { type ReadonlySignal, signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';

const STORED = 'officina-shortcuts';
const on = signal(read());

/** Whether single keys act (WCAG 2.1.4: they can be turned off). Remembered on this device. */
export const shortcutsOn: ReadonlySignal<boolean> = on;

export function setShortcuts(wanted: boolean): void {
  on.value = wanted;
  try {
    localStorage.setItem(STORED, wanted ? 'on' : 'off');
  } catch {
    // Not remembered, then.
  }
}

/** Runs an action for a key, unless somebody types, a dialog is open or a modifier is held. */
export function useShortcuts(actions: Readonly<Record<string, () => void>>): void {
  useEffect(() => {
    const handle = (event: KeyboardEvent) => {
      if (!on.value || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
      if (types(event.target) || document.querySelector('dialog[open]')) return;
      const act = actions[event.key.toLowerCase()];
      if (!act) return;
      event.preventDefault();
      act();
    };
    document.addEventListener('keydown', handle);
    return () => document.removeEventListener('keydown', handle);
  });
}

function types(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'))
  );
}

function read(): boolean {
  try {
    return localStorage.getItem(STORED) !== 'off';
  } catch {
    return true;
  }
}
