import { useQuery } from '@tanstack/react-query';
import type { SafeMode } from '../../shared/domain/safe-mode.ts';
import { safeModeListOptions } from '../queries.ts';
import { useTargets } from './targets.tsx';

/** The safe mode of the target that the page is about; `undefined` while it is in none. */
export function useSafeMode(): SafeMode | undefined {
  const { chosen, pageTarget } = useTargets();
  const { data } = useQuery(safeModeListOptions());
  if (pageTarget !== undefined) {
    return data?.safeModes.find((one) => one.fingerprint === pageTarget.fingerprint);
  }
  return data?.safeModes.find((one) => one.targetName === chosen?.name);
}
