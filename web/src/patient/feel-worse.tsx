import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { VisitView } from '../api/types';
import { Button } from '../design/button';
import { Icon } from '../design/icon';
import { clockTime } from '../i18n/format';
import { language } from '../i18n/language';
import { useAction } from './action';
import { patientText } from './text';
import { Trouble } from './trouble';
import { RedFlags } from './urgent-help';
import type { VisitWatch } from './visit-watch';

interface WorseProps {
  watch: VisitWatch;
  visit: VisitView;
}

/**
 * When not to wait, whom to call then, and 'I feel worse', which alerts the pharmacy at one press: there is nothing
 * to confirm, and a press by mistake costs nothing.
 */
export function FeelWorse({ watch, visit }: WorseProps) {
  const text = patientText();
  const action = useAction();
  const told = visit.worse_at !== null;
  return (
    <section class="notice notice-danger" aria-labelledby="urgent">
      <h2 id="urgent" class="urgent-heading">
        <Icon name="alert" />
        {text.urgentHeading}
      </h2>
      <div aria-live="assertive" class="live stack stack-tight">
        <Told visit={visit} />
      </div>
      <RedFlags pharmacy={visit.pharmacy} />
      <p>{told ? text.worseMistake : text.worseIf}</p>
      <div>
        <Button
          testId="worse"
          busy={action.busy.value}
          onClick={() => void action.run(() => watch.feelWorse())}
        >
          {told ? text.worseAgain : text.worse}
        </Button>
      </div>
      <Trouble problem={action.problem.value} />
    </section>
  );
}

function Told({ visit }: { visit: VisitView }) {
  const text = patientText();
  const at = visit.worse_at;
  const wasTold = useSignal(false);
  const words = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    if (at === null) return;
    wasTold.value = true;
    words.current?.scrollIntoView({ block: 'nearest' });
  }, [at, wasTold]);
  if (at === null) return wasTold.value ? <p data-testid="worse-seen">{text.worseSeen}</p> : null;
  return (
    <>
      <p ref={words} class="large told" data-testid="worse-told">
        <strong>{text.worseTold}</strong>
      </p>
      <p>
        {text.worseToldAt(clockTime(language.value, at))} {text.worseUrgent}
      </p>
    </>
  );
}
