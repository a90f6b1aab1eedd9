import { Icon } from '../shell/icon';

/** A number to ring with a press, where there is one. `plain`: beside an icon that says so already. */
export function PhoneLink({ phone, plain }: { phone: string | null; plain?: boolean }) {
  if (phone === null) return null;
  return (
    <a class="phone-link" href={`tel:${phone.replace(/[^+\d]/g, '')}`}>
      {!plain && <Icon name="phone" />}
      {phone}
    </a>
  );
}
