import { qrCode } from './qr-code';
import { patientText } from './text';

/** The light edge that a camera needs around a code, in modules. */
const QUIET = 4;

/** A text for the camera of another device; nothing when it is too long for that. */
export function QrPicture({ text: shown }: { text: string }) {
  const text = patientText();
  const rows = qrCode(shown);
  if (rows === null) return null;
  const size = rows.length + 2 * QUIET;
  const dark = rows.flatMap((row, y) =>
    row.map((isDark, x) => (isDark ? `M${x + QUIET} ${y + QUIET}h1v1h-1z` : '')),
  );
  return (
    <figure class="qr">
      <figcaption>{text.scan}</figcaption>
      <svg
        viewBox={`0 0 ${size} ${size}`}
        role="img"
        aria-label={text.scanLabel}
        shape-rendering="crispEdges"
      >
        <path class="qr-light" d={`M0 0h${size}v${size}h-${size}z`} />
        <path class="qr-dark" d={dark.join('')} />
      </svg>
    </figure>
  );
}
