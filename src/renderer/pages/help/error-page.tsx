import { Link } from 'wouter';
import { ERROR_CODES, type ErrorCode } from '../../../shared/domain/error-codes.ts';
import { ERROR_GUIDE } from '../../../shared/domain/error-guide/error-guide.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { Fields } from '../../components/fields.tsx';
import { Page, Section } from '../../components/page.tsx';
import { Prose } from '../../components/prose.tsx';
import { errorCodeOf } from './find-errors.ts';

/** One error: its cause, how to see that it is so, the next step. */
export function ErrorPage(props: { readonly code: string }) {
  const code = errorCodeOf(props.code);
  if (code !== undefined) return <ErrorGuidePage code={code} />;
  return (
    <Page title="No such error">
      <EmptyState
        title={`No error has the code ${props.code}`}
        text="The code may come from another version of Unwind."
        action={<Link href="/help">Search the errors</Link>}
      />
    </Page>
  );
}

function ErrorGuidePage(props: { readonly code: ErrorCode }) {
  const { code } = props;
  const { exitCode, retryable } = ERROR_CODES[code];
  const { cause, proof, nextStep, formerly } = ERROR_GUIDE[code];
  return (
    <Page
      title={code}
      subtitle={<Link href="/help">All errors</Link>}
      command={`unwind errors ${code}`}
      width="document"
    >
      <Section title="Cause">
        <p>
          <Prose text={cause} />
        </p>
      </Section>
      <Section title="Proof">
        <p>
          <Prose text={proof} />
        </p>
      </Section>
      <Section title="Next step">
        <p>
          <Prose text={nextStep} />
        </p>
      </Section>
      <Section title="For scripts">
        <Fields
          fields={[
            { name: 'Exit status', value: String(exitCode) },
            {
              name: 'Try again',
              value: retryable
                ? 'the same call may succeed later'
                : 'only after something was changed',
            },
            ...(formerly === undefined ? [] : [{ name: 'Formerly', value: `“${formerly}”` }]),
          ]}
        />
      </Section>
    </Page>
  );
}
