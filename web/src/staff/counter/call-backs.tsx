import { useEffect, useState } from 'preact/hooks';
import { announce } from '../../a11y/announcer';
import type { CallBackDone, CallBackList, CallBackView, QueueView } from '../../api/types';
import { Button } from '../../design/button';
import { language } from '../../i18n/language';
import { staffText } from '../../i18n/staff';
import { useSignedIn } from '../context';
import { shortMoment } from '../moments';
import { useResource } from '../resource';
import { Failure } from '../shell/failure';
import { languageName, wordFor } from './line';
import { PhoneLink } from './phone-link';

const OUTCOMES: readonly CallBackDone['outcome'][] = ['reached', 'no_answer', 'not_needed'];

/** Those who asked to be rung because the line took nobody: ring them with a press, then say what came of it. */
export function CallBacks({ view, onChanged }: { view: QueueView; onChanged: () => Promise<void> }) {
  return view.call_backs === 0 ? null : <Open view={view} onChanged={onChanged} />;
}

function Open({ view, onChanged }: { view: QueueView; onChanged: () => Promise<void> }) {
  const { client } = useSignedIn();
  const text = staffText().callBacks;
  const path = `queues/${view.id}/call-backs`;
  const list = useResource<CallBackList>(path, (signal) => client.get(path, { signal }));
  useEffect(() => {
    if (list.value !== null && list.value.call_backs.length !== view.call_backs) void list.reload();
  }, [view.call_backs]);
  const changed = async () => {
    await Promise.all([list.reload(), onChanged()]);
  };
  return (
    <section class="beside" aria-labelledby="call-backs-heading">
      <h2 class="section-heading" id="call-backs-heading">
        {text.heading} <span class="count">{view.call_backs}</span>
      </h2>
      <Failure error={list.error} onRetry={() => void list.reload()} />
      <ul class="people">
        {list.value?.call_backs.map((one) => (
          <CallBack key={one.id} one={one} onChanged={changed} />
        ))}
      </ul>
    </section>
  );
}

function CallBack({ one, onChanged }: { one: CallBackView; onChanged: () => Promise<void> }) {
  const { client } = useSignedIn();
  const text = staffText().callBacks;
  const [error, setError] = useState<unknown>(null);
  const done = async (outcome: CallBackDone['outcome']) => {
    try {
      const body: CallBackDone = { outcome };
      await client.post(`call-backs/${one.id}/done`, body);
      announce(text.done);
      await onChanged();
    } catch (failure) {
      setError(failure);
    }
  };
  return (
    <li class="call-back" data-testid="call-back">
      <div>
        <b>{one.name}</b>
        <PhoneLink phone={one.phone} />
        <span class="soft small">
          {shortMoment(language.value, one.asked_at)} · {wordFor(text.reasons, one.reason)} ·{' '}
          {languageName(language.value, one.language)}
        </span>
      </div>
      <Failure error={error} />
      <fieldset class="call-back-acts" aria-label={text.outcomeOf(one.name)}>
        {OUTCOMES.map((outcome) => (
          <Button key={outcome} onClick={() => void done(outcome)}>
            {text.outcomes[outcome]}
          </Button>
        ))}
      </fieldset>
    </li>
  );
}
