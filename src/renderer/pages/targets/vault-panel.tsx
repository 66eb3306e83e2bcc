import { Button, PasswordInput } from '@mantine/core';
import { IconLock, IconLockOff, IconLockOpen } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { SHORTEST_PASSPHRASE, type VaultStatus } from '../../../shared/contract/vault.ts';
import { api, client } from '../../client.ts';
import { Copyable } from '../../components/copyable.tsx';
import { FieldColumns } from '../../components/field-group.tsx';
import { Mark } from '../../components/mark.tsx';
import { Section } from '../../components/page.tsx';
import { ErrorPanel } from '../../components/problem-panel.tsx';
import { countOf } from '../../format/count.ts';
import { refreshAfterChange } from '../../queries.ts';
import classes from './targets.module.css';

const MARKS = {
  missing: { tone: 'idle', icon: IconLockOff, word: 'No vault yet' },
  locked: { tone: 'held', icon: IconLock, word: 'Locked' },
  unlocked: { tone: 'done', icon: IconLockOpen, word: 'Unlocked' },
} as const satisfies Record<VaultStatus['state'], unknown>;

/** How the vault of the workspace stands; asked again whenever something changes. */
export function useVault() {
  return useQuery(api.vault.status.queryOptions({ input: {} }));
}

/** Where the secrets of targets are kept, and the way to open it. */
export function VaultPanel() {
  const vault = useVault();
  const lock = useMutation({
    mutationFn: () => client.vault.lock({}),
    onSettled: refreshAfterChange,
  });
  const error = vault.error ?? lock.error;
  return (
    <Section title="Vault">
      <div className={classes.panel}>
        {vault.data === undefined ? null : (
          <>
            <div className={classes.vaultHead}>
              <Mark look="pill" {...MARKS[vault.data.state]} />
              <Copyable text={vault.data.path} what="path of the vault" />
              <span className="dim">{countOf(vault.data.entries.length, 'secret')}</span>
              {vault.data.state === 'unlocked' ? (
                <Button
                  variant="default"
                  className={classes.toRight ?? ''}
                  loading={lock.isPending}
                  onClick={() => {
                    lock.mutate();
                  }}
                >
                  Lock the vault
                </Button>
              ) : null}
            </div>
            {vault.data.state === 'unlocked' ? (
              <p className="dim">
                Secrets go in and never come back to this page. They are encrypted on disk; only
                this process has the key, until it ends or the vault is locked.
              </p>
            ) : (
              <PassphraseForm state={vault.data.state} />
            )}
          </>
        )}
        {error === null ? null : <ErrorPanel error={error} />}
      </div>
    </Section>
  );
}

function PassphraseForm(props: { readonly state: 'missing' | 'locked' }) {
  const isNew = props.state === 'missing';
  const [passphrase, setPassphrase] = useState('');
  const [again, setAgain] = useState('');
  const open = useMutation({
    mutationFn: () =>
      isNew ? client.vault.create({ passphrase }) : client.vault.unlock({ passphrase }),
    onSettled: refreshAfterChange,
  });
  const isLong = passphrase.length >= SHORTEST_PASSPHRASE;
  const isReady = isNew ? isLong && again === passphrase : passphrase !== '';
  return (
    <form
      className={classes.vaultForm}
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady && !open.isPending) open.mutate();
      }}
    >
      <p className="dim">
        {isNew
          ? 'Passwords and tokens that are entered here are kept in one encrypted file, which this passphrase opens. Nobody can read them without it, and nobody can recover it.'
          : 'Targets that keep a secret in the vault cannot be opened while it is locked.'}
      </p>
      <FieldColumns>
        <PasswordInput
          label="Passphrase"
          description={isNew ? `At least ${String(SHORTEST_PASSPHRASE)} characters.` : undefined}
          autoComplete={isNew ? 'new-password' : 'current-password'}
          value={passphrase}
          onChange={(event) => {
            setPassphrase(event.currentTarget.value);
          }}
        />
        {isNew ? (
          <PasswordInput
            label="The same again"
            description="Typed twice, so that it is what you mean."
            autoComplete="new-password"
            error={again !== '' && again !== passphrase ? 'Not the same.' : undefined}
            value={again}
            onChange={(event) => {
              setAgain(event.currentTarget.value);
            }}
          />
        ) : null}
      </FieldColumns>
      {open.error === null ? null : <ErrorPanel error={open.error} />}
      <Button
        type="submit"
        className={classes.fit ?? ''}
        disabled={!isReady}
        loading={open.isPending}
      >
        {isNew ? 'Create the vault' : 'Unlock the vault'}
      </Button>
    </form>
  );
}
