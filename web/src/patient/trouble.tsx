import { Notice } from '../design/notice';
import { problemText } from '../i18n/errors';

/** What went wrong, spoken at once; nothing when nothing did. */
export function Trouble({ problem }: { problem: unknown }) {
  if (problem === null || problem === undefined) return null;
  return (
    <Notice kind="danger" role="alert">
      <p>{problemText(problem)}</p>
    </Notice>
  );
}
