import { useId } from 'preact/hooks';
import type { Option } from '../../design/field';

interface SelectProps {
  label: string;
  options: readonly Option<string>[];
  value: string;
  onPick: (value: string) => void;
}

/** One of many, as the browser's own list. */
export function Select({ label, options, value, onPick }: SelectProps) {
  const id = useId();
  return (
    <div class="field">
      <label class="field-label" for={id}>
        {label}
      </label>
      <select id={id} class="input" value={value} onChange={(event) => onPick(event.currentTarget.value)}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </div>
  );
}
