import { Button, Tooltip } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { IconCheck, IconTerminal2 } from '@tabler/icons-react';

/** Copies the CLI command for what the page shows; the command itself is in the tooltip. */
export function CommandCopy(props: { readonly command: string }) {
  const clipboard = useClipboard({ timeout: 1_500 });
  return (
    <Tooltip label={<code>{props.command}</code>} multiline maw={520}>
      <Button
        variant="default"
        leftSection={
          clipboard.copied ? (
            <IconCheck size={16} aria-hidden />
          ) : (
            <IconTerminal2 size={16} aria-hidden />
          )
        }
        onClick={() => {
          clipboard.copy(props.command);
        }}
      >
        {clipboard.copied ? 'Command copied' : 'Copy CLI command'}
      </Button>
    </Tooltip>
  );
}
