import { useState } from 'react';
import { useSearchParams } from 'wouter';
import type { Acceptance } from '../../../shared/domain/plan.ts';
import { client } from '../../client.ts';
import { Page } from '../../components/page.tsx';
import { PlanMakingPanel } from '../../components/plan-making-panel.tsx';
import { PreflightLink } from '../../components/preflight-link.tsx';
import { useTargets } from '../../shell/targets.tsx';
import { usePlanMaking } from '../../use-plan-making.ts';
import { planCommand } from '../../words/cli-words.ts';
import { draftFromSearch, type ScopeDraft, scopeOf } from '../../words/scope-words.ts';
import { ScopeForm } from './scope-form.tsx';

/** Chooses the scope of a rollback and makes the plan. */
export function ComposerPage() {
  const [search] = useSearchParams();
  const { chosen } = useTargets();
  const [draft, setDraft] = useState<ScopeDraft>(() => draftFromSearch(search));
  const [acceptances, setAcceptances] = useState<readonly Acceptance[]>([]);
  const { making, make, cancel } = usePlanMaking();
  return (
    <Page
      title="Plan"
      subtitle="Choose what to roll back. A plan only reads: it lists every change and changes nothing."
      command={planCommand(draft)}
      width="document"
      actions={<PreflightLink mode={draft.mode} />}
    >
      <ScopeForm
        draft={draft}
        onDraft={setDraft}
        acceptances={acceptances}
        onAcceptances={setAcceptances}
        isBusy={making.state === 'making'}
        status={<PlanMakingPanel making={making} onCancel={cancel} />}
        onSubmit={() => {
          make((signal) =>
            client.plan.create(
              {
                ...(chosen === undefined ? {} : { target: chosen.name }),
                scope: scopeOf(draft),
                acceptances: [...acceptances],
              },
              { signal },
            ),
          );
        }}
      />
    </Page>
  );
}
