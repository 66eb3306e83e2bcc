import { Button, SegmentedControl, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { KeptTarget } from '../../../shared/contract/target.ts';
import { api, client } from '../../client.ts';
import { FieldColumns, FieldGroup } from '../../components/field-group.tsx';
import { Page, Section } from '../../components/page.tsx';
import { PageSkeleton } from '../../components/page-skeleton.tsx';
import { ErrorPanel } from '../../components/problem-panel.tsx';
import { refreshAfterChange } from '../../queries.ts';
import { FieldInput } from './field-input.tsx';
import { readPostgresUrl } from './postgres-url.ts';
import { RemoveTarget } from './remove-target.tsx';
import { TakeOver } from './take-over.tsx';
import { draftOf, groupsFor, type Kind, kindOf } from './target-fields.ts';
import classes from './targets.module.css';
import { TestedParts } from './tested-parts.tsx';
import { useVault, VaultPanel } from './vault-panel.tsx';

const NEW: KeptTarget = { name: '', settings: {}, secretsSet: [] };

/** Enters a target, or changes one that was entered. */
export function TargetFormPage(props: { readonly name?: string }) {
  const { name } = props;
  const kept = useQuery({
    ...api.target.kept.queryOptions({ input: { name: name ?? '' } }),
    enabled: name !== undefined,
    // What is being typed must not be taken away by a newer answer.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  if (name === undefined) return <TargetForm kept={NEW} />;
  if (kept.error !== null) {
    return (
      <Page title={`Target ${name}`}>
        <ErrorPanel error={kept.error} />
      </Page>
    );
  }
  return kept.data === undefined ? <PageSkeleton /> : <TargetForm kept={kept.data} />;
}

function TargetForm(props: { readonly kept: KeptTarget }) {
  const { kept } = props;
  const isNew = kept.name === '';
  const [, navigate] = useLocation();
  const [name, setName] = useState(kept.name);
  const [kind, setKind] = useState<Kind>(kindOf(kept.settings));
  const [texts, setTexts] = useState<Readonly<Record<string, string>>>(kept.settings);
  const [removed, setRemoved] = useState<readonly string[]>([]);
  const vault = useVault();
  const draft = draftOf({ kind, texts, secretsSet: kept.secretsSet, removed });
  const test = useMutation({
    mutationFn: () => client.target.test({ name: name.trim(), ...draft }),
  });
  const save = useMutation({
    mutationFn: () => client.target.save({ name: name.trim(), ...draft }),
    onSuccess: () => {
      navigate('/targets');
    },
    onSettled: refreshAfterChange,
  });
  const entersSecret = Object.values(draft.secrets).some((secret) => secret !== '');
  const needsVault = entersSecret && vault.data?.state !== 'unlocked';
  const isNamed = name.trim() !== '';

  function setText(setting: string, text: string): void {
    test.reset();
    setTexts((before) => ({ ...before, [setting]: text }));
  }

  return (
    <Page
      title={isNew ? 'Add a target' : `Target ${kept.name}`}
      subtitle="Kept in the workspace, for every door. Secrets go into the vault."
      width="document"
      actions={isNew ? null : <RemoveTarget name={kept.name} />}
    >
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (isNamed && !needsVault && !save.isPending) save.mutate();
        }}
      >
        <div className={classes.head}>
          <TextInput
            label="Name"
            description="Letters, digits, dots, _ and -."
            placeholder="prod"
            required
            disabled={!isNew}
            spellCheck={false}
            autoComplete="off"
            value={name}
            onChange={(event) => {
              setName(event.currentTarget.value);
            }}
          />
          <SegmentedControl
            aria-label="Kind of database"
            data={[
              { value: 'd1', label: 'D1' },
              { value: 'postgres', label: 'PostgreSQL' },
            ]}
            value={kind}
            onChange={(value) => {
              test.reset();
              setKind(value);
            }}
          />
        </div>
        {isNew ? (
          <TakeOver
            onTake={(suggestion) => {
              test.reset();
              setName((before) => (before === '' ? suggestion.name : before));
              setKind(kindOf(suggestion.settings));
              setTexts(suggestion.settings);
            }}
          />
        ) : null}
        {kind === 'postgres' ? (
          <PasteUrl
            onUrl={(said) => {
              test.reset();
              setTexts((before) => ({ ...before, ...said }));
            }}
          />
        ) : null}
        {groupsFor(kind).map((group) => (
          <FieldGroup key={group.title} title={group.title}>
            {group.note === undefined ? null : <p className="dim">{group.note}</p>}
            <FieldColumns>
              {group.fields.map((field) => (
                <FieldInput
                  key={field.setting}
                  field={field}
                  text={texts[field.setting] ?? ''}
                  onText={(text) => {
                    setText(field.setting, text);
                  }}
                  secret={{
                    state: removed.includes(field.setting)
                      ? 'removed'
                      : kept.secretsSet.includes(field.setting)
                        ? 'set'
                        : 'none',
                    onRemove: () => {
                      setRemoved((before) => [...before, field.setting]);
                    },
                  }}
                />
              ))}
            </FieldColumns>
          </FieldGroup>
        ))}
        {test.data === undefined ? null : <TestedParts parts={test.data.parts} />}
        {test.error === null ? null : <ErrorPanel error={test.error} />}
        {save.error === null ? null : <ErrorPanel error={save.error} />}
        {needsVault ? (
          <p>A password or token was entered: open the vault below, which keeps it, then save.</p>
        ) : null}
        <div className={classes.buttons}>
          <Button
            variant="default"
            disabled={!isNamed}
            loading={test.isPending}
            onClick={() => {
              test.mutate();
            }}
          >
            Test the target
          </Button>
          <Button type="submit" disabled={!isNamed || needsVault} loading={save.isPending}>
            Save the target
          </Button>
        </div>
      </form>
      {needsVault ? <VaultPanel /> : null}
    </Page>
  );
}

/** Takes a whole connection URL apart, so that nobody types seven fields; the URL itself is kept nowhere. */
function PasteUrl(props: { readonly onUrl: (said: Readonly<Record<string, string>>) => void }) {
  const [text, setText] = useState('');
  const isUnknown = text.trim() !== '' && readPostgresUrl(text) === undefined;
  return (
    <Section title="Paste a URL">
      <TextInput
        aria-label="Connection URL"
        placeholder="postgres://user:password@host:5432/database?sslmode=verify-full"
        spellCheck={false}
        autoComplete="off"
        error={isUnknown ? 'Not a postgres:// URL.' : undefined}
        value={text}
        onChange={(event) => {
          const typed = event.currentTarget.value;
          const url = readPostgresUrl(typed);
          // What is taken over is cleared: a password in it does not stay on the screen.
          setText(url === undefined ? typed : '');
          if (url === undefined) return;
          props.onUrl({
            ...url.settings,
            ...(url.password === '' ? {} : { POSTGRES_PASSWORD: url.password }),
          });
        }}
      />
    </Section>
  );
}
