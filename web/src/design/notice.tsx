import type { ComponentChildren } from 'preact';

interface NoticeProps {
  kind?: 'info' | 'warn' | 'danger' | 'good';
  /** `alert` is spoken at once; use it only for what just went wrong. */
  role?: 'alert' | 'status';
  children: ComponentChildren;
}

/** A boxed message. */
export function Notice({ kind = 'info', role, children }: NoticeProps) {
  return (
    <div class={`notice notice-${kind}`} role={role}>
      {children}
    </div>
  );
}
