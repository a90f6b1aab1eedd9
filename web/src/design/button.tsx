import type { ButtonHTMLAttributes, ComponentChildren } from 'preact';

export type ButtonKind = 'plain' | 'primary' | 'danger' | 'quiet';

interface ButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'disabled' | 'class'> {
  kind?: ButtonKind;
  wide?: boolean;
  tall?: boolean;
  /** Work is under way: says so, keeps the focus, and ignores further presses. */
  busy?: boolean;
  testId?: string;
  children: ComponentChildren;
}

/** A button. It is never `disabled`, so that the focus is not lost while something is under way. */
export function Button(props: ButtonProps) {
  const { kind = 'plain', wide, tall, busy, testId, children, onClick, type = 'button', ...rest } = props;
  const names = ['button', `button-${kind}`, wide && 'button-wide', tall && 'button-tall'];
  return (
    <button
      {...rest}
      type={type}
      class={names.filter(Boolean).join(' ')}
      data-testid={testId}
      aria-disabled={busy ? 'true' : undefined}
      onClick={(event) => (busy ? event.preventDefault() : onClick?.(event))}
    >
      {children}
    </button>
  );
}
