const KEY = 'officina-in-call';

/** Remembers, for this window and over its reloads, which consultation it was in. */
export function markInCall(consultationId: string | null): void {
  try {
    if (consultationId === null) sessionStorage.removeItem(KEY);
    else sessionStorage.setItem(KEY, consultationId);
  } catch {
    // A browser that stores nothing asks as if the call were elsewhere.
  }
}

export function wasInCall(consultationId: string | null): boolean {
  try {
    return consultationId !== null && sessionStorage.getItem(KEY) === consultationId;
  } catch {
    return false;
  }
}
