import { useId } from 'preact/hooks';
import type { Option } from '../../design/field';

interface SelectProps<Value extends string> {
  label: string;
  options: readonly Option<Value>[];
  value: Value;
  onPick: (value: Value) => void;
}

/** One of many, as the browser's own list. */
export function Select<Value extends string>({ label, options, value, onPick }: SelectProps<Value>) {
  const id = useId();
  return (
    <div class="field">
      <label class="field-label" for={id}>
        {label}
      </label>
      <select
        id={id}
        class="input"
        value={value}
        onChange={(event) => onPick(event.currentTarget.value as Value)}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </div>
  );
}
