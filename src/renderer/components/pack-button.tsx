import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconPackage } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import type { Pack } from '../../shared/domain/pack.ts';
import { client } from '../client.ts';
import { bytesText } from '../format/bytes.ts';
import { countOf } from '../format/count.ts';
import { Copyable } from './copyable.tsx';
import { ErrorPanel } from './problem-panel.tsx';

/** Packs everything about a target or a run into one file for whoever takes over, and says where it is. */
export function PackButton(props: {
  readonly about: { readonly target: string } | { readonly runId: string };
  /** Of the place for an error, which takes the whole width. */
  readonly errorClass: string | undefined;
}) {
  const pack = useMutation({ mutationFn: () => packed(props.about), onSuccess: tellWhere });
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconPackage size={16} aria-hidden />}
        loading={pack.isPending}
        title="Run files, snapshots, backups, logs, a reconstruction, a preflight and the configuration in one file. It holds no secret."
        onClick={() => {
          pack.mutate();
        }}
      >
        Pack everything
      </Button>
      {pack.error === null ? null : (
        <div className={props.errorClass}>
          <ErrorPanel error={pack.error} />
        </div>
      )}
    </>
  );
}

async function packed(
  about: { readonly target: string } | { readonly runId: string },
): Promise<Pack> {
  let pack: Pack | undefined;
  for await (const event of await client.emergency.pack(about)) {
    if (event.kind === 'finished') pack = event.pack;
  }
  if (pack === undefined) throw new Error('Packing ended without a pack.');
  return pack;
}

/** Stays until it is closed: the path is what the next engineer asks for. */
function tellWhere(pack: Pack): void {
  const problems =
    pack.problems.length === 0
      ? ''
      : ` ${countOf(pack.problems.length, 'thing')} could not be packed or trusted: PROBLEMS.md says which.`;
  notifications.show({
    title: `Packed: ${countOf(pack.entryCount, 'file')}, ${bytesText(pack.sizeBytes)}`,
    message: (
      <>
        <Copyable text={pack.path} what="path of the pack" look="wrapped" />
        {problems}
      </>
    ),
    autoClose: false,
  });
}
