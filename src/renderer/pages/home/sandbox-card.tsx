import { Button, Menu, Skeleton } from '@mantine/core';
import { IconCircleCheck, IconCircleDashed, IconDots, IconPlayerPause } from '@tabler/icons-react';
import type { z } from 'zod';
import type { SandboxState } from '../../../shared/contract/sandbox.ts';
import { Copyable } from '../../components/copyable.tsx';
import { Fields } from '../../components/fields.tsx';
import { Mark } from '../../components/mark.tsx';
import { ErrorPanel } from '../../components/problem-panel.tsx';
import { countOf } from '../../format/count.ts';
import classes from './home.module.css';
import { type SandboxChange, useSandboxChange } from './use-sandbox-change.ts';

type Sandbox = z.infer<typeof SandboxState>;

const STATE_MARKS = {
  absent: { tone: 'idle', icon: IconCircleDashed, word: 'Not created' },
  stopped: { tone: 'held', icon: IconPlayerPause, word: 'Stopped' },
  running: { tone: 'done', icon: IconCircleCheck, word: 'Running' },
} as const;

/** The sandbox: whether it is there, what it is made of, and what can be done with it. */
export function SandboxCard(props: { readonly sandbox: Sandbox | undefined }) {
  const change = useSandboxChange();
  const { sandbox } = props;
  if (sandbox === undefined) return <Skeleton height={148} radius="md" />;
  return (
    <>
      <div className={classes.card}>
        <div className={classes.facts}>
          <div className={classes.stateLine}>
            <Mark look="pill" {...STATE_MARKS[sandbox.state]} />
            <span className="dim">
              {sandbox.state === 'absent'
                ? 'A local D1 database and R2 bucket with a migration to practise on.'
                : `A local D1 database and R2 bucket, ${sandbox.fileCount === null ? '' : `${countOf(sandbox.fileCount, 'file')} migrated, `}seed ${String(sandbox.seed ?? '–')}.`}
            </span>
          </div>
          <Fields fields={factsOf(sandbox)} />
        </div>
        <SandboxButtons
          state={sandbox.state}
          pending={change.isPending ? change.variables : undefined}
          onChange={change.mutate}
        />
      </div>
      {change.error === null ? null : <ErrorPanel error={change.error} />}
    </>
  );
}

function factsOf(sandbox: Sandbox) {
  const rows = [
    { name: 'Database', what: 'database path', text: sandbox.database },
    { name: 'Bucket', what: 'bucket', text: sandbox.bucket },
    { name: 'Endpoint', what: 'endpoint', text: sandbox.endpoint },
    { name: 'Originals', what: 'originals path', text: sandbox.originals },
    { name: 'Folder', what: 'folder', text: sandbox.path },
  ];
  return rows.flatMap(({ name, what, text }) =>
    text === null ? [] : [{ name, value: <Copyable text={text} what={what} /> }],
  );
}

function SandboxButtons(props: {
  readonly state: Sandbox['state'];
  readonly pending: SandboxChange | undefined;
  readonly onChange: (change: SandboxChange) => void;
}) {
  const { state, pending, onChange } = props;
  if (state === 'absent') {
    return (
      <Button
        variant="default"
        loading={pending === 'create'}
        onClick={() => {
          onChange('create');
        }}
      >
        Create the sandbox
      </Button>
    );
  }
  const toggle = state === 'running' ? 'stop' : 'start';
  return (
    <div className={classes.buttons}>
      <Button
        variant="default"
        loading={pending === toggle}
        onClick={() => {
          onChange(toggle);
        }}
      >
        {state === 'running' ? 'Stop the sandbox' : 'Start the sandbox'}
      </Button>
      <Menu position="bottom-end" shadow="md">
        <Menu.Target>
          <Button
            variant="default"
            px={8}
            aria-label="More about the sandbox"
            loading={pending === 'reset'}
          >
            <IconDots size={18} aria-hidden />
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            onClick={() => {
              onChange('reset');
            }}
          >
            Reset: throw its data away and create it anew
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}
