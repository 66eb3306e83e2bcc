import { Autocomplete, Button, Checkbox, SegmentedControl, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Acceptance } from '../../../shared/domain/plan.ts';
import { FieldColumns, FieldGroup } from '../../components/field-group.tsx';
import { draftFault, type ScopeDraft, scopeInWords } from '../../words/scope-words.ts';
import { useBatches } from '../status/use-status.ts';
import { acceptanceFault } from './acceptance-fault.ts';
import { AcceptanceFields } from './acceptance-fields.tsx';
import { ExtentLine } from './extent-line.tsx';
import classes from './scope-form.module.css';

const MODES = [
  { value: 'both', label: 'Rows and objects' },
  { value: 'database-only', label: 'Rows only' },
  { value: 'r2-only', label: 'Objects only' },
] as const;

/** The selectors of a scope, in words beneath as they are chosen. */
export function ScopeForm(props: {
  readonly draft: ScopeDraft;
  readonly onDraft: (draft: ScopeDraft) => void;
  readonly acceptances: readonly Acceptance[];
  readonly onAcceptances: (acceptances: readonly Acceptance[]) => void;
  readonly isBusy: boolean;
  readonly status: ReactNode;
  readonly onSubmit: () => void;
}) {
  const { draft, onDraft } = props;
  const fault = draftFault(draft) ?? acceptanceFault(props.acceptances);
  const set = (change: Partial<ScopeDraft>) => {
    onDraft({ ...draft, ...change });
  };
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (fault === null && !props.isBusy) props.onSubmit();
      }}
    >
      <FieldGroup title="Which records">
        <Checkbox
          label="Everything"
          description="All migration records of the target. It can be narrowed by dates only."
          checked={draft.full}
          onChange={(event) => {
            set({ full: event.currentTarget.checked });
          }}
        />
        <FieldColumns>
          <BatchField
            value={draft.full ? '' : draft.batchId}
            disabled={draft.full}
            onChange={(batchId) => {
              set({ batchId });
            }}
          />
          <TextInput
            label="User"
            description="Files of this user id"
            value={draft.full ? '' : draft.userId}
            disabled={draft.full}
            onChange={(event) => {
              set({ userId: event.currentTarget.value });
            }}
          />
        </FieldColumns>
        <Checkbox
          label="Failed records only"
          checked={draft.failedOnly && !draft.full}
          disabled={draft.full}
          onChange={(event) => {
            set({ failedOnly: event.currentTarget.checked });
          }}
        />
        <FieldColumns>
          <TextInput
            type="date"
            label="First day"
            description="UTC, inclusive"
            value={draft.startDate}
            onChange={(event) => {
              set({ startDate: event.currentTarget.value });
            }}
          />
          <TextInput
            type="date"
            label="Last day"
            description="UTC, inclusive"
            value={draft.endDate}
            onChange={(event) => {
              set({ endDate: event.currentTarget.value });
            }}
          />
        </FieldColumns>
      </FieldGroup>
      <FieldGroup title="What of them">
        <SegmentedControl
          aria-label="What of them"
          className={classes.mode ?? ''}
          data={MODES.map((mode) => ({ ...mode }))}
          value={draft.mode}
          onChange={(mode) => {
            set({ mode: mode });
          }}
        />
      </FieldGroup>
      <AcceptanceFields acceptances={props.acceptances} onChange={props.onAcceptances} />
      <div className={classes.end}>
        <div className={classes.scope}>
          <p className={classes.words} aria-live="polite">
            {fault ?? scopeInWords(draft)}
          </p>
          <ExtentLine draft={draft} />
        </div>
        <Button type="submit" disabled={fault !== null || props.isBusy}>
          Make the plan
        </Button>
      </div>
      {props.status}
    </form>
  );
}

function BatchField(props: {
  readonly value: string;
  readonly disabled: boolean;
  readonly onChange: (batchId: string) => void;
}) {
  const status = useBatches();
  return (
    <Autocomplete
      label="Batch"
      description={status.error === null ? 'Records of this batch' : 'Batches cannot be read now'}
      data={status.data?.batches.map((batch) => batch.batchId) ?? []}
      value={props.value}
      disabled={props.disabled}
      limit={50}
      onChange={props.onChange}
    />
  );
}
