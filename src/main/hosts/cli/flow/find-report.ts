import { OperatorError } from '../../../../shared/domain/operator-error.ts';
import type { UnwindClient } from '../../engine/client.ts';

/**
 * Finds the reconcile report that an operator names: a whole id, or an unambiguous beginning of one.
 * @throws REPORT_NOT_FOUND
 * @throws USAGE_INVALID the beginning fits several reports; lists them.
 */
export async function findReport(client: UnwindClient, name: string): Promise<string> {
  const prefix = name.toUpperCase();
  const { reports } = await client.reconcile.list({});
  const matching = reports.filter((report) => report.reportId.startsWith(prefix));
  const [first, second] = matching;
  if (first === undefined || prefix === '') {
    throw new OperatorError('REPORT_NOT_FOUND', {
      message: `No reconcile report of this workspace has an id that begins with "${name}".`,
      hint: 'List the reports with `unwind reconciles list`.',
      details: { report: name },
    });
  }
  if (second === undefined) return first.reportId;
  throw new OperatorError('USAGE_INVALID', {
    message: `${String(matching.length)} reconcile reports have ids that begin with "${name}".`,
    hint: 'Type more characters of the id.',
    details: { reports: matching.map(({ reportId }) => reportId) },
  });
}
