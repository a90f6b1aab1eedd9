import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

interface MenuProps {
  /** What the button is called; it may show less. */
  label: string;
  button: ComponentChildren;
  class?: string;
  /** Holds more than a few words. */
  wide?: boolean;
  testId?: string;
  children: (close: () => void) => ComponentChildren;
}

/** A button that discloses a few others. Escape, a press elsewhere, or leaving with Tab closes it. */
export function Menu({
  label,
  button,
  class: name = 'button button-plain',
  wide,
  testId,
  children,
}: MenuProps) {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  useEffect(() => (open ? closeOnPressElsewhere(box.current, () => setOpen(false)) : undefined), [open]);
  /** Before the focus goes on to a dialog, so that the dialog gives it back to the opener. */
  const close = () => {
    setOpen(false);
    opener.current?.focus();
  };
  const onEscape = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || !open) return;
    event.stopPropagation();
    close();
  };
  const left = (event: FocusEvent) => {
    if (event.relatedTarget instanceof Node && !box.current?.contains(event.relatedTarget)) setOpen(false);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: only hears what its buttons let through
    <div class="menu" ref={box} onKeyDown={onEscape} onFocusOut={left}>
      <button
        ref={opener}
        type="button"
        class={name}
        aria-label={label}
        aria-expanded={open}
        data-testid={testId}
        onClick={() => setOpen(!open)}
      >
        {button}
      </button>
      {open && (
        <div class={wide ? 'menu-list menu-list-wide' : 'menu-list'} data-menu>
          {children(close)}
        </div>
      )}
    </div>
  );
}

function closeOnPressElsewhere(box: HTMLElement | null, close: () => void): () => void {
  const pressed = (event: PointerEvent) => {
    if (event.target instanceof Node && !box?.contains(event.target)) close();
  };
  document.addEventListener('pointerdown', pressed);
  return () => document.removeEventListener('pointerdown', pressed);
}
