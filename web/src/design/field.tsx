import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

interface TextFieldProps {
  label: string;
  value: string;
  onInput: (value: string) => void;
  hint?: ComponentChildren;
  error?: string | undefined;
  type?: 'text' | 'date' | 'time' | 'number' | 'tel' | 'email' | 'password' | 'search';
  /** The browser's autofill token, such as `name` or `bday`. */
  autocomplete?: string;
  inputMode?: 'text' | 'numeric' | 'tel' | 'email';
  maxLength?: number;
  min?: string;
  max?: string;
  required?: boolean;
  testId?: string;
}

/** One line of text with its label above, a hint, and what is wrong with it. */
export function TextField({
  label,
  hint,
  error,
  value,
  onInput,
  testId,
  type = 'text',
  ...rest
}: TextFieldProps) {
  // Preact's types tie each input's type to a role of its own; a variable type fits none of them.
  const attributes: Record<string, unknown> = { ...rest, type };
  const id = useId();
  const described = [hint ? `${id}-hint` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ');
  return (
    <div class="field">
      <label class="field-label" for={id}>
        {label}
      </label>
      {hint && (
        <p class="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      <input
        {...attributes}
        id={id}
        class="input"
        data-testid={testId}
        value={value}
        aria-invalid={error ? 'true' : undefined}
        aria-describedby={described || undefined}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      {error && (
        <p class="field-error" id={`${id}-error`}>
          {error}
        </p>
      )}
    </div>
  );
}

interface TextAreaProps {
  label: string;
  value: string;
  onInput: (value: string) => void;
  hint?: ComponentChildren;
  maxLength?: number;
  rows?: number;
}

export function TextArea({ label, hint, value, onInput, ...rest }: TextAreaProps) {
  const id = useId();
  return (
    <div class="field">
      <label class="field-label" for={id}>
        {label}
      </label>
      {hint && (
        <p class="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      <textarea
        {...rest}
        id={id}
        class="input"
        value={value}
        aria-describedby={hint ? `${id}-hint` : undefined}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
    </div>
  );
}

export interface Option<Value extends string> {
  readonly value: Value;
  readonly label: string;
  readonly hint?: string;
}

interface ChoicesProps<Value extends string> {
  legend: string;
  hint?: string;
  options: readonly Option<Value>[];
  error?: string | undefined;
  /** Side by side where there is room. */
  row?: boolean;
}

/** One of several, as large radio buttons. */
export function OneOf<Value extends string>(
  props: ChoicesProps<Value> & { value: Value | null; onPick: (value: Value) => void },
) {
  const name = useId();
  return (
    <Choices {...props}>
      {props.options.map((option) => (
        <Choice
          key={option.value}
          option={option}
          control={
            <input
              type="radio"
              name={name}
              checked={props.value === option.value}
              onChange={() => props.onPick(option.value)}
            />
          }
        />
      ))}
    </Choices>
  );
}

/** Any of several, as large checkboxes. */
export function AnyOf<Value extends string>(
  props: ChoicesProps<Value> & { values: readonly Value[]; onChange: (values: Value[]) => void },
) {
  const { values, onChange } = props;
  const flip = (value: Value) =>
    onChange(values.includes(value) ? values.filter((kept) => kept !== value) : [...values, value]);
  return (
    <Choices {...props}>
      {props.options.map((option) => (
        <Choice
          key={option.value}
          option={option}
          control={
            <input
              type="checkbox"
              checked={values.includes(option.value)}
              onChange={() => flip(option.value)}
            />
          }
        />
      ))}
    </Choices>
  );
}

/** One thing to tick. */
export function Tick(props: {
  label: ComponentChildren;
  hint?: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
  error?: string | undefined;
}) {
  const id = useId();
  return (
    <div class="field">
      <label class="choice">
        <input
          type="checkbox"
          checked={props.checked}
          aria-invalid={props.error ? 'true' : undefined}
          aria-describedby={props.error ? id : undefined}
          onChange={(event) => props.onChange(event.currentTarget.checked)}
        />
        <span class="choice-text">
          <span>{props.label}</span>
          {props.hint && <span class="field-hint">{props.hint}</span>}
        </span>
      </label>
      {props.error && (
        <p class="field-error" id={id}>
          {props.error}
        </p>
      )}
    </div>
  );
}

function Choices<Value extends string>(props: ChoicesProps<Value> & { children: ComponentChildren }) {
  const id = useId();
  return (
    <fieldset class="field" aria-describedby={props.error ? id : undefined}>
      <legend class="field-label">{props.legend}</legend>
      {props.hint && <p class="field-hint">{props.hint}</p>}
      <div class={props.row ? 'choices choices-row' : 'choices'}>{props.children}</div>
      {props.error && (
        <p class="field-error" id={id}>
          {props.error}
        </p>
      )}
    </fieldset>
  );
}

function Choice({ option, control }: { option: Option<string>; control: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is handed in
    <label class="choice">
      {control}
      <span class="choice-text">
        <span>{option.label}</span>
        {option.hint && <span class="field-hint">{option.hint}</span>}
      </span>
    </label>
  );
}
