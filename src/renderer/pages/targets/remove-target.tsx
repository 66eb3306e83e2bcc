import { Button, Modal } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { client } from '../../client.ts';
import { ErrorPanel } from '../../components/problem-panel.tsx';
import { refreshAfterChange } from '../../queries.ts';
import classes from './targets.module.css';

/** Forgets a target that was entered. Cancel has the focus. */
export function RemoveTarget(props: { readonly name: string }) {
  const { name } = props;
  const [isOpen, setOpen] = useState(false);
  const [, navigate] = useLocation();
  const remove = useMutation({
    mutationFn: () => client.target.remove({ name }),
    onSuccess: () => {
      navigate('/targets');
    },
    onSettled: refreshAfterChange,
  });
  const close = (): void => {
    setOpen(false);
  };
  return (
    <>
      <Button
        variant="default"
        onClick={() => {
          setOpen(true);
        }}
      >
        Remove the target…
      </Button>
      <Modal opened={isOpen} onClose={close} title={<strong>Remove target {name}</strong>}>
        <div className={classes.form}>
          <p>
            Its settings and its secrets in the vault are forgotten. Database, bucket, runs,
            snapshots and quarantines stay; a run of it that is unfinished can be resumed once a
            target of this name is entered again.
          </p>
          {remove.error === null ? null : <ErrorPanel error={remove.error} />}
          <div className={classes.buttons}>
            <Button variant="default" data-autofocus onClick={close}>
              Cancel
            </Button>
            <Button
              color="red.8"
              loading={remove.isPending}
              onClick={() => {
                remove.mutate();
              }}
            >
              Remove target {name}
            </Button>
          </div>
        </div>
      </Modal>
    </>
  );
}
