import { useSignal } from '@preact/signals';
import { Button } from '../design/button';
import { Confirm } from '../design/dialog';
import { Icon } from '../design/icon';
import { useAction } from './action';
import { patientText } from './text';
import { Trouble } from './trouble';
import type { VisitWatch } from './visit-watch';

/** Giving up the place, which is asked twice because it cannot be undone. */
export function Leave({ watch }: { watch: VisitWatch }) {
  const text = patientText();
  const asking = useSignal(false);
  const action = useAction();
  const close = () => {
    asking.value = false;
  };
  return (
    <>
      <Button
        kind="quiet"
        testId="leave"
        onClick={() => {
          asking.value = true;
        }}
      >
        <Icon name="close" />
        {text.leave}
      </Button>
      <Confirm
        open={asking.value}
        heading={text.leaveHeading}
        confirm={text.leaveConfirm}
        cancel={text.leaveCancel}
        onClose={close}
        onConfirm={() => void action.run(() => watch.leave()).then((done) => done && close())}
      >
        <p>{text.leaveText}</p>
        <Trouble problem={action.problem.value} />
      </Confirm>
    </>
  );
}
