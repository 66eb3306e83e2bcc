import { Kbd, useMantineColorScheme } from '@mantine/core';
import { Spotlight, type SpotlightActionGroupData, spotlight } from '@mantine/spotlight';
import { IconDatabase, IconListDetails, IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import type { RunSummary } from '../../shared/domain/run.ts';
import { sentenceCase } from '../format/sentence-case.ts';
import { runListOptions } from '../queries.ts';
import { kindWord } from '../words/plan-words.ts';
import { runStateWords } from '../words/run-words.ts';
import { SCHEMES } from './color-scheme-switch.tsx';
import classes from './command-palette.module.css';
import { PLACES } from './places.ts';
import { useTargets } from './targets.tsx';

const ICON_SIZE = 18;
const SHOWN = 12;
/** The shortcut works in fields, too. */
const NOWHERE: string[] = [];

/** Everything that can be gone to, by typing a part of its name: places, targets, runs by id or scope. Opens by Ctrl-K or ⌘K. */
export function CommandPalette() {
  const [, go] = useLocation();
  const { targets, choose } = useTargets();
  const { setColorScheme } = useMantineColorScheme();
  const runs = useQuery(runListOptions());
  const groups: readonly SpotlightActionGroupData[] = [
    {
      group: 'Places',
      actions: PLACES.map(({ href, label, icon: Icon }) => ({
        id: `place ${href}`,
        label,
        leftSection: <Icon size={ICON_SIZE} aria-hidden />,
        onClick: () => {
          go(href);
        },
      })),
    },
    {
      group: 'Targets',
      actions: targets.map(({ name, databaseKind }) => ({
        id: `target ${name}`,
        label: `Work on ${name}`,
        description: databaseKind === 'd1' ? 'D1' : 'PostgreSQL',
        keywords: ['target', 'switch'],
        leftSection: <IconDatabase size={ICON_SIZE} aria-hidden />,
        onClick: () => {
          choose(name);
          go('/status');
        },
      })),
    },
    {
      group: 'Plans and runs',
      actions: (runs.data?.runs ?? []).map((run) => ({
        id: `run ${run.runId}`,
        label: `${kindWord(run.kind)}: ${sentenceCase(run.scopeInWords)}`,
        description: `${runStateWords(run.state).word} · ${run.targetName} · ${run.runId}`,
        leftSection: <IconListDetails size={ICON_SIZE} aria-hidden />,
        onClick: () => {
          go(pathOf(run));
        },
      })),
    },
    {
      group: 'Colours',
      actions: SCHEMES.map(({ value, label, icon: Icon }) => ({
        id: `colours ${value}`,
        label: `Colours: ${label}`,
        leftSection: <Icon size={ICON_SIZE} aria-hidden />,
        onClick: () => {
          setColorScheme(value);
        },
      })),
    },
  ];
  return (
    <Spotlight
      actions={[...groups]}
      limit={SHOWN}
      highlightQuery
      scrollable
      maxHeight={480}
      shortcut="mod + K"
      tagsToIgnore={NOWHERE}
      nothingFound="Nothing has this in its name, scope or id."
      searchProps={{
        leftSection: <IconSearch size={ICON_SIZE} aria-hidden />,
        placeholder: 'Go to a place, a target, or a run by scope or id',
        'aria-label': 'Go to',
      }}
      title="Command palette"
      classNames={{ header: classes.unseen }}
      overlayProps={{ blur: 0 }}
    />
  );
}

function pathOf(run: RunSummary): string {
  return run.state === 'planned' ? `/plans/${run.runId}` : `/runs/${run.runId}`;
}

/** Shows that there is a command palette, and opens it. */
export function PaletteButton() {
  return (
    <button type="button" className={classes.button} onClick={spotlight.open}>
      <IconSearch size={16} aria-hidden />
      <span>Go to…</span>
      <Kbd size="xs">{isApple() ? '⌘K' : 'Ctrl K'}</Kbd>
    </button>
  );
}

function isApple(): boolean {
  return navigator.userAgent.includes('Mac');
}
