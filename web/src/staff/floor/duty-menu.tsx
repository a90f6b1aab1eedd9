import { useState } from 'preact/hooks';
import { announce } from '../../a11y/announcer';
import type { ChangeDuty, DutyView } from '../../api/types';
import { Button } from '../../design/button';
import { TextField } from '../../design/field';
import { language } from '../../i18n/language';
import { staffText } from '../../i18n/staff';
import { useSignedIn } from '../context';
import { clock } from '../moments';
import { useNow } from '../now';
import type { Resource } from '../resource';
import { Failure } from '../shell/failure';
import { Menu } from '../shell/menu';
import { BREAKS_MIN, backAt, isBreakOver, nextTime } from './duty';
import { useFloor } from './floor';

/** Whether one is on duty, shown in the head of every page, and changing it. */
export function DutyMenu() {
  const duty = useFloor()?.duty;
  const view = duty?.value;
  const now = useNow(15_000);
  if (!duty || !view) return null;
  const words = dutyWords(view, now);
  return (
    <Menu
      label={words}
      class={`duty duty-${isBreakOver(view, now) ? 'over' : view.state}`}
      button={
        <>
          <span class="duty-mark" aria-hidden="true" />
          <span class="duty-words" data-testid="duty">
            {words}
          </span>
        </>
      }
    >
      {(close) => <Choices view={view} duty={duty} onDone={close} />}
    </Menu>
  );
}

interface ChoicesProps {
  view: DutyView;
  duty: Resource<DutyView | null>;
  onDone: () => void;
}

function Choices({ view, duty, onDone }: ChoicesProps) {
  const { client } = useSignedIn();
  const text = staffText().duty;
  const [error, setError] = useState<unknown>(null);
  const change = async (body: ChangeDuty) => {
    try {
      duty.put(await client.put<DutyView>('me/duty', body));
      announce(text.states[body.state]);
      onDone();
    } catch (failure) {
      setError(failure);
    }
  };
  return (
    <>
      <Failure error={error} />
      {view.state !== 'on' && (
        <Choice words={text.goOn} onPick={() => void change({ state: 'on', until: view.until })} />
      )}
      {BREAKS_MIN.map((minutes) => (
        <Choice
          key={minutes}
          words={text.breakFor(minutes)}
          onPick={() =>
            void change({ state: 'break', back_at: backAt(minutes, Date.now()), until: view.until })
          }
        />
      ))}
      {view.state !== 'off' && <Choice words={text.goOff} onPick={() => void change({ state: 'off' })} />}
      <ShiftEnd onSet={(until) => void change({ state: 'on', until })} />
    </>
  );
}

function Choice({ words, onPick }: { words: string; onPick: () => void }) {
  return (
    <button type="button" class="menu-item" onClick={onPick}>
      {words}
    </button>
  );
}

function ShiftEnd({ onSet }: { onSet: (until: string) => void }) {
  const text = staffText().duty;
  const [time, setTime] = useState('');
  const submit = (event: Event) => {
    event.preventDefault();
    const until = nextTime(time, Date.now());
    if (until !== null) onSet(until);
  };
  return (
    <form class="duty-until" onSubmit={submit}>
      <TextField label={text.shiftEnd} type="time" value={time} onInput={setTime} />
      <Button type="submit" busy={time === ''}>
        {text.set}
      </Button>
    </form>
  );
}

function dutyWords(view: DutyView, nowMs: number): string {
  const text = staffText().duty;
  if (isBreakOver(view, nowMs)) return text.breakOver;
  if (view.state === 'break' && view.back_at) return text.backAt(clock(language.value, view.back_at));
  if (view.state === 'on' && view.until) return text.onUntil(clock(language.value, view.until));
  return text.states[view.state];
}
