import type { ComponentChildren } from 'preact';
import { useDesk } from '../context';
import { pathOf, type Route } from '../router';

interface LinkProps {
  to: Route;
  class?: string;
  current?: boolean;
  label?: string;
  testId?: string;
  children: ComponentChildren;
}

/** A link to a page of ours: changes the view without loading, unless a new tab was asked for. */
export function Link({ to, class: name, current, label, testId, children }: LinkProps) {
  const { router } = useDesk();
  const follow = (event: MouseEvent) => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    router.go(to);
  };
  return (
    <a
      href={pathOf(to)}
      class={name}
      aria-current={current ? 'page' : undefined}
      aria-label={label}
      data-testid={testId}
      onClick={follow}
    >
      {children}
    </a>
  );
}
