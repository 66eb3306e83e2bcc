import { oc } from '@orpc/contract';
import { WireError } from '../domain/operator-error.ts';

/**
 * Where every procedure of the contract starts: strict input and output, and the one typed error `OPERATOR_ERROR`,
 * whose `data` is the whole `OperatorError`.
 */
export const procedure = oc.errors({ OPERATOR_ERROR: { data: WireError } });
