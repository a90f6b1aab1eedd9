import { type Signal, useSignal } from '@preact/signals';

export interface Action {
  readonly busy: Signal<boolean>;
  readonly problem: Signal<unknown>;
  /** Does the work, unless it is under way; keeps what went wrong. Says whether it went well. */
  run(work: () => Promise<unknown>): Promise<boolean>;
}

/** Something a person can do on a view, one at a time, and what became of it. */
export function useAction(): Action {
  const busy = useSignal(false);
  const problem = useSignal<unknown>(null);
  return {
    busy,
    problem,
    async run(work) {
      if (busy.peek()) return false;
      busy.value = true;
      problem.value = null;
      try {
        await work();
        return true;
      } catch (error) {
        problem.value = error;
        return false;
      } finally {
        busy.value = false;
      }
    },
  };
}
