import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

/** Sets the document's title while mounted and whenever it changes. */
export function useDocumentTitle(title: string): void {
  useEffect(() => {
    document.title = title;
  }, [title]);
}

/**
 * The heading of a view: takes the focus when the view appears, so that a screen reader starts there and the
 * keyboard goes on from there. Not on the first page load, where the browser starts at the top by itself.
 */
export function ViewHeading({ children, class: name }: { children: ComponentChildren; class?: string }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (viewsShown > 0) heading.current?.focus({ preventScroll: false });
    viewsShown += 1;
  }, []);
  return (
    <h1 ref={heading} tabIndex={-1} class={name}>
      {children}
    </h1>
  );
}

let viewsShown = 0;
