import { staffText } from '../../i18n/staff';

/** The name with its mark. */
export function Brand() {
  return (
    <span class="brand">
      <svg class="brand-mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
        <rect width="32" height="32" rx="9" />
        <path d="M16 8.5v15M8.5 16h15" />
      </svg>
      {staffText().brand}
    </span>
  );
}
