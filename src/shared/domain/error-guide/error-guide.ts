import type { ErrorCode } from '../error-codes.ts';
import type { ErrorGuide } from './guide.ts';
import { GUIDE_TO_ASKING } from './guide-to-asking.ts';
import { GUIDE_TO_RUNS } from './guide-to-runs.ts';
import { GUIDE_TO_STORES } from './guide-to-stores.ts';

/** The guide to every error code: the console's Help, `unwind errors` and docs/errors.md say this. */
export const ERROR_GUIDE: Readonly<Record<ErrorCode, ErrorGuide>> = {
  ...GUIDE_TO_ASKING,
  ...GUIDE_TO_STORES,
  ...GUIDE_TO_RUNS,
};
