import type { OnDuty, QueueView } from '../../api/types';
import { staffText } from '../../i18n/staff';
import { useSignedIn } from '../context';

/** Who is on duty for the queue, and who of them is busy. */
export function Colleagues({ view }: { view: QueueView }) {
  const text = staffText().duty;
  return (
    <section class="beside" aria-labelledby="duty-heading">
      <h2 class="section-heading" id="duty-heading">
        {text.heading} <span class="count">{view.on_duty.length}</span>
      </h2>
      {view.on_duty.length === 0 && <p class="soft small">{text.nobody}</p>}
      <ul class="people">
        {view.on_duty.map((one) => (
          <Colleague key={one.staff_id} one={one} />
        ))}
      </ul>
    </section>
  );
}

function Colleague({ one }: { one: OnDuty }) {
  const { me } = useSignedIn();
  const text = staffText().duty;
  const busy = one.consultation_id !== null;
  return (
    <li data-testid="on-duty">
      <div>
        <b>{one.name}</b>
        {one.staff_id === me.subject_id && <span class="soft small">{text.you}</span>}
      </div>
      <span class={busy || one.state !== 'on' ? 'badge' : 'badge badge-good'}>
        {busy ? text.busy : one.state === 'on' ? text.free : text.states[one.state]}
      </span>
    </li>
  );
}
