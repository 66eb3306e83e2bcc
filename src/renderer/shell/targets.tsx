import { useQuery } from '@tanstack/react-query';
import {
  createContext,
  type ReactNode,
  use,
  useCallback,
  useEffect,
  useMemo,
  useState,
  useSyncExternalStore,
} from 'react';
import type { TargetEntry } from '../../shared/contract/target.ts';
import type { TargetIdentity } from '../../shared/domain/target.ts';
import { api } from '../client.ts';

const STORAGE_KEY = 'unwind.target';

interface TargetChoice {
  readonly targets: readonly TargetEntry[];
  readonly error: unknown;
  readonly isPending: boolean;
  /** The target that new work is about; `undefined` while none is there. */
  readonly chosen: TargetEntry | undefined;
  readonly choose: (name: string) => void;
  /** The target of the plan or run on the page, which may be another than the chosen one. */
  readonly pageTarget: TargetIdentity | undefined;
  readonly setPageTarget: (target: TargetIdentity | undefined) => void;
}

const TargetContext = createContext<TargetChoice | undefined>(undefined);

/** Knows which targets there are and which one is chosen; the choice is kept in this browser. */
export function TargetProvider(props: { readonly children: ReactNode }) {
  const list = useQuery(api.target.list.queryOptions({ input: {}, staleTime: 10_000 }));
  const chosenName = useSyncExternalStore(subscribeToChoice, readChoice);
  const [pageTarget, setPageTarget] = useState<TargetIdentity>();
  const choose = useCallback((name: string) => {
    window.localStorage.setItem(STORAGE_KEY, name);
    for (const listener of listeners) listener();
  }, []);
  const targets = list.data?.targets;
  const value = useMemo<TargetChoice>(() => {
    const all = targets ?? [];
    return {
      targets: all,
      error: list.error,
      isPending: list.isPending,
      chosen:
        all.find((entry) => entry.name === chosenName) ??
        all.find((entry) => entry.isDefault) ??
        all[0],
      choose,
      pageTarget,
      setPageTarget,
    };
  }, [targets, list.error, list.isPending, chosenName, choose, pageTarget]);
  return <TargetContext value={value}>{props.children}</TargetContext>;
}

const listeners = new Set<() => void>();

function subscribeToChoice(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener('storage', listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('storage', listener);
  };
}

function readChoice(): string | null {
  return window.localStorage.getItem(STORAGE_KEY);
}

/** The targets and the choice among them. */
export function useTargets(): TargetChoice {
  const value = use(TargetContext);
  if (value === undefined) throw new Error('useTargets needs a TargetProvider above it.');
  return value;
}

/** Shows `target` in the target bar for as long as the page that belongs to it is open. */
export function usePageTarget(target: TargetIdentity | undefined): void {
  const { setPageTarget } = useTargets();
  const fingerprint = target?.fingerprint;
  useEffect(() => {
    setPageTarget(target);
    return () => {
      setPageTarget(undefined);
    };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- told apart by fingerprint: a re-read run brings an equal but new object
  }, [fingerprint, setPageTarget]);
}
