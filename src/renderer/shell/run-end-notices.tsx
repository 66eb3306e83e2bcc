import { notifications } from '@mantine/notifications';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { Link, useLocation } from 'wouter';
import type { RunState } from '../../shared/domain/run.ts';
import { runListOptions } from '../queries.ts';
import { kindWord } from '../words/plan-words.ts';
import { runStateWords } from '../words/run-words.ts';

/** Tells of a run that ended while another page was open. The page of the run itself says so in place. */
export function RunEndNotices() {
  const [path] = useLocation();
  const runs = useQuery(runListOptions()).data?.runs;
  const before = useRef<ReadonlyMap<string, RunState>>(new Map());
  useEffect(() => {
    if (runs === undefined) return;
    for (const run of runs) {
      const ended = before.current.get(run.runId) === 'running' && run.state !== 'running';
      if (!ended || path.startsWith(`/runs/${run.runId}`)) continue;
      notifications.show({
        id: run.runId,
        title: `${kindWord(run.kind)}: ${runStateWords(run.state).word.toLowerCase()}`,
        message: <Link href={`/runs/${run.runId}`}>{run.scopeInWords}</Link>,
        autoClose: 15_000,
      });
    }
    before.current = new Map(runs.map((run) => [run.runId, run.state]));
  }, [runs, path]);
  return null;
}
