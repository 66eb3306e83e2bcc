import { ActionIcon, Tooltip } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { IconCheck, IconCopy } from '@tabler/icons-react';

/** Copies `text`; says what it copies to those who cannot see the icon. */
export function CopyButton(props: {
  readonly text: string;
  readonly what: string;
  readonly className?: string;
}) {
  const clipboard = useClipboard({ timeout: 1_500 });
  const label = clipboard.copied ? 'Copied' : `Copy ${props.what}`;
  return (
    <Tooltip label={label}>
      <ActionIcon
        size={24}
        aria-label={label}
        className={props.className ?? ''}
        onClick={(event) => {
          event.stopPropagation();
          clipboard.copy(props.text);
        }}
      >
        {clipboard.copied ? (
          <IconCheck size={15} aria-hidden />
        ) : (
          <IconCopy size={15} aria-hidden />
        )}
      </ActionIcon>
    </Tooltip>
  );
}
