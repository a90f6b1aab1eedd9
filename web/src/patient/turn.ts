/** At these places a patient hears from us: two are before them; they are next. */
const MARKS = [3, 1];

/** Whether a place has come so near that its holder should come back to the page. */
export function cameNear(before: number | null, now: number | null): boolean {
  if (before === null || now === null) return false;
  return MARKS.some((mark) => before > mark && now <= mark);
}
