import { Checkbox, TextInput } from '@mantine/core';
import type { Acceptance } from '../../../shared/domain/plan.ts';
import group from '../../components/field-group.module.css';
import classes from './scope-form.module.css';

const CHOICES = [
  {
    code: 'unknown-originals',
    label: 'Go on where an original cannot be proved',
    description: 'The last-copy guard then relies on the quarantine copy alone.',
  },
  {
    code: 'triggers',
    label: 'Go on although the tables have triggers',
    description: 'A trigger may change more than the plan lists.',
  },
  {
    code: 'blast-radius',
    label: 'Go on although a limit of the target is broken',
    description: 'The plan then says by how much, with your reason beside it.',
  },
] as const satisfies readonly { code: Acceptance['code']; label: string; description: string }[];

/** What the operator accepts without proof or beyond a limit, each with a reason that the plan and the report keep. */
export function AcceptanceFields(props: {
  readonly acceptances: readonly Acceptance[];
  readonly onChange: (acceptances: readonly Acceptance[]) => void;
}) {
  const { acceptances, onChange } = props;
  return (
    <details className={classes.details} open={acceptances.length > 0 ? true : undefined}>
      <summary>Accept a risk</summary>
      <div className={group.group}>
        {CHOICES.map(({ code, label, description }) => {
          const accepted = acceptances.find((acceptance) => acceptance.code === code);
          const others = acceptances.filter((acceptance) => acceptance.code !== code);
          return (
            <div key={code} className={classes.acceptance}>
              <Checkbox
                label={label}
                description={description}
                checked={accepted !== undefined}
                onChange={(event) => {
                  onChange(
                    event.currentTarget.checked ? [...others, { code, reason: '' }] : others,
                  );
                }}
              />
              {accepted === undefined ? null : (
                <TextInput
                  label="Reason"
                  description="Kept in the plan and in the report"
                  value={accepted.reason}
                  onChange={(event) => {
                    onChange([...others, { code, reason: event.currentTarget.value }]);
                  }}
                />
              )}
            </div>
          );
        })}
      </div>
    </details>
  );
}
