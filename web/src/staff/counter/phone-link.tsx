import { Icon } from '../shell/icon';

/** A number to ring with a press, where there is one. */
export function PhoneLink({ phone }: { phone: string | null }) {
  if (phone === null) return null;
  return (
    <a class="phone-link" href={`tel:${phone.replace(/[^+\d]/g, '')}`}>
      <Icon name="phone" />
      {phone}
    </a>
  );
}
