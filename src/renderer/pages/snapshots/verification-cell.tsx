import { Button } from '@mantine/core';
import {
  IconCircleCheck,
  IconCircleDashed,
  IconCircleX,
  IconHelpCircle,
} from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import type { SnapshotEntry, SnapshotVerification } from '../../../shared/domain/snapshot.ts';
import { client } from '../../client.ts';
import { Mark } from '../../components/mark.tsx';
import { TimeStamp } from '../../components/time-stamp.tsx';
import { toProblem } from '../../problem.ts';
import { refreshAfterChange } from '../../queries.ts';

const RESULT_MARKS = {
  sound: { tone: 'done', icon: IconCircleCheck, word: 'Sound' },
  damaged: { tone: 'failed', icon: IconCircleX, word: 'Damaged' },
  unreadable: { tone: 'held', icon: IconHelpCircle, word: 'Could not be read' },
  never: { tone: 'idle', icon: IconCircleDashed, word: 'Not since it was taken' },
} as const;

/** What the last verification found, when and how, and the button that reads it all again. */
export function VerificationCell(props: { readonly entry: SnapshotEntry }) {
  const { snapshotId, lastVerification: last, problem } = props.entry;
  const verify = useMutation({
    mutationFn: () => client.snapshot.verify({ snapshotId }),
    onSettled: refreshAfterChange,
  });
  const failure = verify.error === null ? null : toProblem(verify.error).message;
  return (
    <>
      <Mark
        {...RESULT_MARKS[problem === null ? (last?.result ?? 'never') : 'damaged']}
        title={failure ?? problem ?? hoverText(last)}
      />{' '}
      {last === null ? null : <TimeStamp iso={last.at} />}{' '}
      <Button
        size="compact-sm"
        variant="subtle"
        loading={verify.isPending}
        aria-label={`Verify ${snapshotId}: reads it to its last byte`}
        onClick={() => {
          verify.mutate();
        }}
      >
        Verify
      </Button>
      {failure === null ? null : <span role="alert">{failure}</span>}
    </>
  );
}

function hoverText(last: SnapshotVerification | null): string {
  if (last === null) return 'Read back whole when it was taken, and not since.';
  const how =
    last.method === 'hashes'
      ? 'Every byte read, compared with its hashes.'
      : 'Read to its end; a backup carries no hash.';
  return `${how} ${last.detail}`;
}
