import { Button, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import classes from './status-page.module.css';

/** Chooses the records of one user. */
export function UserFilter(props: {
  readonly userId: string;
  readonly onApply: (userId: string) => void;
}) {
  const [typed, setTyped] = useState(props.userId);
  const userId = typed.trim();
  return (
    <form
      className={classes.filter}
      onSubmit={(event) => {
        event.preventDefault();
        props.onApply(userId);
      }}
    >
      <TextInput
        aria-label="User id"
        placeholder="User id"
        size="sm"
        leftSection={<IconSearch size={16} aria-hidden />}
        value={typed}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
        }}
      />
      <Button type="submit" variant="default" disabled={userId === props.userId}>
        {userId === '' && props.userId !== '' ? 'Show all users' : 'Show this user'}
      </Button>
    </form>
  );
}
