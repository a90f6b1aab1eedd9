import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { Button, type ButtonKind } from './button';

interface DialogProps {
  open: boolean;
  heading: string;
  onClose: () => void;
  children: ComponentChildren;
}

/** A modal dialog: the browser keeps the focus inside, closes it on Escape and gives the focus back. */
export function Dialog({ open, heading, onClose, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const element = dialog.current;
    if (open && !element?.open) element?.showModal();
    if (!open && element?.open) element.close();
  }, [open]);
  return (
    <dialog ref={dialog} class="dialog" aria-labelledby={id} onClose={onClose}>
      {open && (
        <div class="stack">
          <h2 id={id}>{heading}</h2>
          {children}
        </div>
      )}
    </dialog>
  );
}

interface ConfirmProps extends DialogProps {
  confirm: string;
  cancel: string;
  kind?: ButtonKind;
  onConfirm: () => void;
}

/** Asks before something that cannot be undone. Staying is the first button. */
export function Confirm({ confirm, cancel, kind = 'danger', onConfirm, children, ...dialog }: ConfirmProps) {
  return (
    <Dialog {...dialog}>
      {children}
      <div class="row">
        <Button onClick={dialog.onClose}>{cancel}</Button>
        <Button kind={kind} testId="confirm" onClick={onConfirm}>
          {confirm}
        </Button>
      </div>
    </Dialog>
  );
}
