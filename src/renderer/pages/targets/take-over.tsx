import { Button, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { TargetSuggestion } from '../../../shared/contract/target.ts';
import { client } from '../../client.ts';
import { Section } from '../../components/page.tsx';
import { ErrorPanel } from '../../components/problem-panel.tsx';
import classes from './targets.module.css';

type Source = Parameters<typeof client.target.suggest>[0];

/** Fills the form with what the environment or a wrangler project says. Secrets do not come along: they are entered. */
export function TakeOver(props: { readonly onTake: (suggestion: TargetSuggestion) => void }) {
  const [path, setPath] = useState('');
  const [taken, setTaken] = useState<TargetSuggestion>();
  const take = (suggestion: TargetSuggestion) => {
    setTaken(suggestion);
    props.onTake(suggestion);
  };
  const look = useMutation({
    mutationFn: (source: Source) => client.target.suggest(source),
    onSuccess: ({ suggestions }) => {
      const [only] = suggestions;
      if (only !== undefined && suggestions.length === 1) take(only);
    },
  });
  const found = look.data?.suggestions ?? [];
  return (
    <Section title="Take over">
      <div className={classes.takeOver}>
        <Button
          variant="default"
          loading={look.isPending && look.variables.from === 'environment'}
          onClick={() => {
            look.mutate({ from: 'environment' });
          }}
        >
          What the environment says
        </Button>
        <TextInput
          className={classes.project ?? ''}
          aria-label="Wrangler project"
          placeholder="Folder of a wrangler project, as an absolute path"
          spellCheck={false}
          autoComplete="off"
          value={path}
          onChange={(event) => {
            setPath(event.currentTarget.value);
          }}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return;
            event.preventDefault();
            if (path.trim() !== '') look.mutate({ from: 'wrangler', path: path.trim() });
          }}
        />
        <Button
          variant="default"
          disabled={path.trim() === ''}
          loading={look.isPending && look.variables.from === 'wrangler'}
          onClick={() => {
            look.mutate({ from: 'wrangler', path: path.trim() });
          }}
        >
          Read the project
        </Button>
      </div>
      <div aria-live="polite">
        {look.error === null ? null : <ErrorPanel error={look.error} />}
        {look.data !== undefined && found.length === 0 ? (
          <p className="dim">The environment names no database and no bucket.</p>
        ) : null}
        {found.length > 1 ? (
          <div className={classes.takeOver}>
            <span>Which one?</span>
            {found.map((suggestion) => (
              <Button
                key={suggestion.name}
                variant="default"
                onClick={() => {
                  take(suggestion);
                }}
              >
                {suggestion.name}
              </Button>
            ))}
          </div>
        ) : null}
        {taken === undefined ? null : <p className="dim">{takenText(taken)}</p>}
      </div>
    </Section>
  );
}

function takenText({ name, secretsSet }: TargetSuggestion): string {
  const secrets =
    secretsSet.length === 0 ? '' : ` Enter the secrets yourself: ${secretsSet.join(', ')}.`;
  return `The form is filled with ${name}. Look it over, test it, save it.${secrets}`;
}
