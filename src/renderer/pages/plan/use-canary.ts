import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useSearchParams } from 'wouter';
import type { StagePreview } from '../../../shared/contract/plan.ts';
import type { PlanSummary } from '../../../shared/domain/plan.ts';
import { api } from '../../client.ts';
import { canaryOf } from '../../words/stage-words.ts';

const TYPING_MS = 250;
const SAMPLE = 20;

/** How many files go first, and what that means for this plan. */
export interface Canary {
  /** `null`: all at once. */
  readonly files: number | null;
  readonly choose: (files: number | null) => void;
  /** The stages as they would be; `undefined` while they are not known, or all go at once. */
  readonly stages: readonly StagePreview[] | undefined;
  /** Why it cannot be done in these stages; `null` where it can. */
  readonly error: unknown;
}

/** The canary of a plan that is not executed yet. It is part of the page's address. */
export function useCanary(plan: PlanSummary): Canary {
  const [search, setSearch] = useSearchParams();
  const typed = Number(search.get('first') ?? '');
  const files = Number.isSafeInteger(typed) && typed > 0 ? typed : null;
  const [settled] = useDebouncedValue(files, TYPING_MS);
  const preview = useQuery({
    ...api.plan.stages.queryOptions({
      input: { runId: plan.runId, stages: canaryOf(settled), sample: SAMPLE },
    }),
    enabled: settled !== null,
    placeholderData: keepPreviousData,
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const isKnown = files !== null && files === settled && !preview.isPlaceholderData;
  return {
    files,
    choose: (next) => {
      setSearch(
        (params) => {
          if (next === null) params.delete('first');
          else params.set('first', String(next));
          return params;
        },
        { replace: true },
      );
    },
    stages: isKnown ? preview.data?.stages : undefined,
    error: files === null ? null : preview.error,
  };
}
