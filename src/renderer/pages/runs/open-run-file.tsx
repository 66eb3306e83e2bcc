import { Button, Modal, TextInput } from '@mantine/core';
import { IconFileSearch } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { client } from '../../client.ts';
import { ErrorPanel } from '../../components/problem-panel.tsx';
import classes from './runs-page.module.css';

/** Brings a run file that lies elsewhere on this machine into view; it needs no target, and is never written to. */
export function OpenRunFile() {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconFileSearch size={16} aria-hidden />}
        onClick={() => {
          setOpen(true);
        }}
      >
        Open a run file…
      </Button>
      <Modal
        opened={isOpen}
        onClose={() => {
          setOpen(false);
        }}
        size={640}
        title={<strong>Open a run file</strong>}
      >
        <OpenForm
          onClose={() => {
            setOpen(false);
          }}
        />
      </Modal>
    </>
  );
}

function OpenForm(props: { readonly onClose: () => void }) {
  const [path, setPath] = useState('');
  const [, navigate] = useLocation();
  const open = useMutation({
    mutationFn: () => client.run.openFile({ path: path.trim() }),
    onSuccess: ({ runId, state }) => {
      navigate(state === 'planned' ? `/plans/${runId}` : `/runs/${runId}`);
    },
  });
  const isReady = path.trim() !== '' && !open.isPending;
  return (
    <form
      className={classes.openForm}
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady) open.mutate();
      }}
    >
      <TextInput
        label="Path of the file"
        description="A .unwind file on the machine that Unwind runs on. It is read, and no target is asked."
        placeholder="/var/backups/01M8….unwind"
        spellCheck={false}
        autoComplete="off"
        data-autofocus
        value={path}
        onChange={(event) => {
          setPath(event.currentTarget.value);
        }}
      />
      {open.error === null ? null : <ErrorPanel error={open.error} />}
      <div className={classes.openButtons}>
        <Button variant="default" onClick={props.onClose}>
          Cancel
        </Button>
        <Button type="submit" disabled={!isReady} loading={open.isPending}>
          Open the file
        </Button>
      </div>
    </form>
  );
}
