import { Menu, Tooltip } from '@mantine/core';
import {
  IconBucket,
  IconChevronDown,
  IconDatabase,
  IconLock,
  IconShield,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import clsx from 'clsx';
import type { GuardLevel } from '../../shared/domain/target.ts';
import { api } from '../client.ts';
import { Copyable } from '../components/copyable.tsx';
import { tailOf } from '../format/shorten.ts';
import { toProblem } from '../problem.ts';
import { ColorSchemeSwitch } from './color-scheme-switch.tsx';
import { PaletteButton } from './command-palette.tsx';
import { ConnectionMark } from './connection-mark.tsx';
import { GUARD_WORDS, safetyOf } from './environment.ts';
import { EnvironmentMark } from './environment-mark.tsx';
import classes from './target-bar.module.css';
import { useTargets } from './targets.tsx';

/** The strip across the top of the window: where the operator is, before anything else. */
export function EnvironmentStrip() {
  const safety = useShownSafety();
  return (
    <div className={clsx(classes.strip, safety !== undefined && classes[safety.environment])} />
  );
}

/** On every page: which target, what it is made of, whether Unwind answers. */
export function TargetBar() {
  const { chosen, pageTarget } = useTargets();
  const safety = useShownSafety();
  return (
    <section className={classes.bar} aria-label="Target">
      {safety === undefined ? null : <EnvironmentMark environment={safety.environment} />}
      {pageTarget === undefined ? (
        <TargetSwitcher />
      ) : (
        <span className={classes.name} title={pageTarget.name}>
          {pageTarget.name}
        </span>
      )}
      <div className={classes.facts}>
        {pageTarget !== undefined ? (
          <TargetFacts
            kind={pageTarget.databaseKind}
            database={pageTarget.database}
            bucket={pageTarget.bucket}
          />
        ) : chosen !== undefined ? (
          <CheckedFacts name={chosen.name} kind={chosen.databaseKind} bucket={chosen.bucket} />
        ) : null}
      </div>
      {safety === undefined ? null : <GuardMark level={safety.guard} />}
      <div className={classes.right}>
        <PaletteButton />
        <ConnectionMark />
        <ColorSchemeSwitch />
      </div>
    </section>
  );
}

/** What the target of the page is, and what it takes to change it; `undefined` while no target is known. */
function useShownSafety(): ReturnType<typeof safetyOf> | undefined {
  const { chosen, pageTarget, targets } = useTargets();
  const name = pageTarget?.name ?? chosen?.name;
  return name === undefined ? undefined : safetyOf(name, targets);
}

function GuardMark(props: { readonly level: GuardLevel }) {
  return (
    <Tooltip label={GUARD_HELP[props.level]} multiline maw={320}>
      <span className={classes.guard} tabIndex={0}>
        {props.level === 'read-only' ? (
          <IconLock size={16} aria-hidden />
        ) : (
          <IconShield size={16} aria-hidden />
        )}
        {GUARD_WORDS[props.level]}
      </span>
    </Tooltip>
  );
}

const GUARD_HELP: Record<GuardLevel, string> = {
  'read-only': 'Guard: no run begins or goes on here. UNWIND_GUARD says so.',
  phrase: 'Guard: every run takes a typed phrase with target and extent.',
  confirm: 'Guard: a run takes a yes; what cannot be undone takes a typed phrase.',
  silent:
    'Guard: the CLI asks nothing, this console once; what cannot be undone takes a typed phrase.',
};

function TargetSwitcher() {
  const { targets, chosen, choose, isPending } = useTargets();
  if (chosen === undefined) {
    return <span className={classes.name}>{isPending ? '' : 'No target yet'}</span>;
  }
  return (
    <Menu position="bottom-start" shadow="md">
      <Menu.Target>
        <button
          type="button"
          className={classes.switcher}
          aria-label={`Target ${chosen.name}. Choose another`}
        >
          {chosen.name}
          <IconChevronDown size={16} aria-hidden />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {targets.map((entry) => (
          <Menu.Item
            key={entry.name}
            onClick={() => {
              choose(entry.name);
            }}
          >
            <span className={classes.menuItem}>
              <EnvironmentMark environment={entry.environment} />
              {entry.name}
              <span className="dim">
                {kindName(entry.databaseKind)}
                {entry.isDefault ? ' · default' : ''}
              </span>
            </span>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function CheckedFacts(props: {
  readonly name: string;
  readonly kind: 'd1' | 'postgres';
  readonly bucket: string | null;
}) {
  const check = useQuery(
    api.target.check.queryOptions({
      input: { target: props.name },
      staleTime: 30_000,
      refetchOnWindowFocus: false,
    }),
  );
  const problem = check.error === null ? undefined : toProblem(check.error);
  return (
    <>
      <TargetFacts
        kind={props.kind}
        database={check.data?.database ?? null}
        bucket={check.data?.bucket ?? props.bucket}
      />
      {problem === undefined ? null : (
        <Tooltip label={`${problem.message} ${problem.hint}`} multiline maw={420}>
          <span tabIndex={0}>not reachable ({problem.code})</span>
        </Tooltip>
      )}
    </>
  );
}

function TargetFacts(props: {
  readonly kind: 'd1' | 'postgres';
  readonly database: string | null;
  readonly bucket: string | null;
}) {
  return (
    <>
      <span className={classes.fact}>
        <IconDatabase size={16} aria-hidden />
        {kindName(props.kind)}
        {props.database === null ? null : (
          <Copyable text={props.database} short={tailOf(props.database, 40)} what="database" />
        )}
      </span>
      {props.bucket === null ? null : (
        <span className={clsx(classes.fact, classes.bucket)}>
          <IconBucket size={16} aria-hidden />
          R2 <code>{props.bucket}</code>
        </span>
      )}
    </>
  );
}

function kindName(kind: 'd1' | 'postgres'): string {
  return kind === 'd1' ? 'D1' : 'PostgreSQL';
}
