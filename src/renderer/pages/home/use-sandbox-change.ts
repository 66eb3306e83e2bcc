import { useMutation } from '@tanstack/react-query';
import { client } from '../../client.ts';
import { refreshAfterChange } from '../../queries.ts';

/** What can be done with the sandbox. */
export type SandboxChange = 'create' | 'start' | 'stop' | 'reset';

/** Changes the sandbox; everything on the page is read again afterwards. */
export function useSandboxChange() {
  return useMutation({
    mutationFn: (change: SandboxChange) =>
      change === 'create' ? client.sandbox.create({}) : client.sandbox[change]({}),
    onSettled: refreshAfterChange,
  });
}
