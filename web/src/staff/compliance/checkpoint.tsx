import type { CheckpointView } from '../../api/types';
import { language } from '../../i18n/language';
import { staffText } from '../../i18n/staff';
import { useSignedIn } from '../context';
import { shortMoment } from '../moments';
import { useResource } from '../resource';
import { Icon } from '../shell/icon';

/** The signed head of the log, and what it is good for. */
export function Checkpoint() {
  const { client } = useSignedIn();
  const text = staffText().timeline;
  const checkpoint = useResource<CheckpointView>('checkpoint', (signal) =>
    client.get('audit/checkpoint', { signal }),
  );
  const head = checkpoint.value;
  if (head === null) return checkpoint.error === null ? null : <p class="seal">{text.unsigned}</p>;
  return (
    <details class="seal">
      <summary>
        <Icon name="seal" />
        <span>
          <b>{text.signed(head.size)}</b> {text.signedAt(shortMoment(language.value, head.signed_at))}
        </span>
      </summary>
      <div class="stack stack-tight">
        <p class="soft small">{text.checkpointHint}</p>
        <pre>{head.note}</pre>
        <p class="small">
          <code>{head.key}</code>
        </p>
        <p class="soft small">{text.verify}</p>
      </div>
    </details>
  );
}
