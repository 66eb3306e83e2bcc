import { Button, PasswordInput, Select, TextInput } from '@mantine/core';
import type { TargetField } from './target-fields.ts';
import classes from './targets.module.css';

/** One setting of a target that is being entered. */
export function FieldInput(props: {
  readonly field: TargetField;
  readonly text: string;
  readonly onText: (text: string) => void;
  /** A secret: whether one is kept, and whether it is to be removed. */
  readonly secret?: { readonly state: 'none' | 'set' | 'removed'; readonly onRemove: () => void };
}) {
  const { field, text, onText, secret } = props;
  if (field.isSecret === true) return <SecretInput {...props} state={secret?.state ?? 'none'} />;
  if (field.choices !== undefined) {
    return (
      <Select
        label={field.label}
        description={field.help}
        data={field.choices.map((choice) => ({ ...choice }))}
        allowDeselect={false}
        value={text}
        onChange={(value) => {
          onText(value ?? '');
        }}
      />
    );
  }
  return (
    <TextInput
      {...(field.isWide === true ? { className: classes.wide ?? '' } : {})}
      label={field.label}
      description={field.help}
      placeholder={field.example}
      spellCheck={false}
      autoComplete="off"
      value={text}
      onChange={(event) => {
        onText(event.currentTarget.value);
      }}
    />
  );
}

function SecretInput(props: {
  readonly field: TargetField;
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly secret?: { readonly onRemove: () => void };
  readonly state: 'none' | 'set' | 'removed';
}) {
  const { field, state } = props;
  return (
    <div className={classes.secret}>
      <PasswordInput
        label={field.label}
        description={SECRET_HELP[state] ?? field.help}
        placeholder={state === 'set' ? 'set; stays as it is' : undefined}
        autoComplete="new-password"
        value={props.text}
        onChange={(event) => {
          props.onText(event.currentTarget.value);
        }}
      />
      {state === 'set' ? (
        <Button
          variant="subtle"
          size="compact-sm"
          className={classes.fit ?? ''}
          onClick={props.secret?.onRemove}
        >
          Remove the {field.label.toLowerCase()}
        </Button>
      ) : null}
    </div>
  );
}

const SECRET_HELP = {
  none: undefined,
  set: 'In the vault. It is never shown; type another to replace it.',
  removed: 'Removed when the target is saved.',
} as const;
