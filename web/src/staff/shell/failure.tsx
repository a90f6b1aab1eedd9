import { Button } from '../../design/button';
import { Notice } from '../../design/notice';
import { problemText } from '../../i18n/errors';
import { staffText } from '../../i18n/staff';

/** What went wrong, told at once, with a way to try again where that can help. */
export function Failure({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  if (error === null || error === undefined) return null;
  return (
    <Notice kind="danger" role="alert">
      <p>{problemText(error)}</p>
      {onRetry && (
        <div>
          <Button onClick={onRetry}>{staffText().retry}</Button>
        </div>
      )}
    </Notice>
  );
}
