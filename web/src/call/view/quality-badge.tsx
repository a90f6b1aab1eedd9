import type { CallRoom } from '../room';
import { callText } from '../text';

const BARS = [1, 2, 3, 4, 5];

/** How good the line is, in bars and in words. */
export function QualityBadge({ room }: { room: CallRoom }) {
  const text = callText();
  const known = room.peers.value.map((peer) => peer.quality.value).filter((quality) => quality !== null);
  const worst = known.sort((one, two) => one.level - two.level)[0];
  if (!worst) return null;
  const words = text.levels[worst.level] ?? '';
  const weak = worst.level <= 2;
  return (
    <p class={weak ? 'quality quality-weak' : 'quality'} title={text.reasons[worst.reason]}>
      <span class="quality-bars" aria-hidden="true">
        {BARS.map((bar) => (
          <span key={bar} class={bar <= worst.level ? 'quality-bar quality-bar-full' : 'quality-bar'} />
        ))}
      </span>
      <span class="unseen">{text.quality}: </span>
      <span>{words}</span>
      {weak && <span class="unseen">. {text.reasons[worst.reason]}</span>}
    </p>
  );
}
