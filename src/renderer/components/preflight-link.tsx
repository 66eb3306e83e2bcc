import { Button } from '@mantine/core';
import { IconChecklist } from '@tabler/icons-react';
import { Link } from 'wouter';
import type { ScopeMode } from '../../shared/domain/scope.ts';

/** The way to the preflight of the chosen target, from where work on it begins. */
export function PreflightLink(props: { readonly mode: ScopeMode }) {
  const href = props.mode === 'both' ? '/preflight' : `/preflight?mode=${props.mode}`;
  return (
    <Button
      component={Link}
      href={href}
      variant="default"
      leftSection={<IconChecklist size={16} aria-hidden />}
    >
      Check the target first
    </Button>
  );
}
