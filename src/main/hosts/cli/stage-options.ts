import { OperatorError } from '../../../shared/domain/operator-error.ts';
import { CheckpointName, MAX_STAGES, type StageRequest } from '../../../shared/domain/stage.ts';

/** How `rollback` is told to go in stages, as typed. */
export interface StageOptions {
  readonly canary?: number;
  readonly stages?: string;
  readonly checkpointName?: string;
}

const CANARY_CHECKPOINT = 'after-canary';

/**
 * Turns the options into stages, before anything is opened; none: all at once.
 * @throws USAGE_INVALID `--canary` with `--stages`, a name without a stage, or what is not a list of counts that ends with `rest`.
 */
export function parseStages({ canary, stages, checkpointName }: StageOptions): StageRequest[] {
  if (canary !== undefined && stages !== undefined) {
    throw invalid('--canary and --stages exclude each other.', 'A canary is --stages N,rest.');
  }
  if (canary !== undefined) {
    return [{ files: canary, checkpoint: nameOf(checkpointName) ?? CANARY_CHECKPOINT }];
  }
  if (stages === undefined) {
    if (checkpointName === undefined) return [];
    throw invalid(
      '--checkpoint-name names the checkpoint after the first stage, but there are no stages.',
      'Add --canary N or --stages N,rest.',
    );
  }
  const [first, ...others] = sizesOf(stages);
  const name = nameOf(checkpointName);
  return [
    { files: first ?? 0, ...(name === undefined ? {} : { checkpoint: name }) },
    ...others.map((files) => ({ files })),
  ];
}

/** The options again, for a command that executes the same plan in the same stages. */
export function stageWords({ canary, stages, checkpointName }: StageOptions): readonly string[] {
  return [
    ...(canary === undefined ? [] : ['--canary', String(canary)]),
    ...(stages === undefined ? [] : ['--stages', stages.replaceAll(' ', '')]),
    ...(checkpointName === undefined ? [] : ['--checkpoint-name', checkpointName]),
  ];
}

function sizesOf(text: string): readonly number[] {
  const words = text.split(',').map((word) => word.trim());
  const sizes = words.slice(0, -1).map(Number);
  const isList =
    words.at(-1) === 'rest' &&
    sizes.length > 0 &&
    sizes.length <= MAX_STAGES &&
    sizes.every((size) => Number.isSafeInteger(size) && size >= 1);
  if (isList) return sizes;
  throw invalid(
    `--stages takes numbers of files with commas between them and "rest" at the end, not "${text}".`,
    'For example: --stages 20,200,rest',
  );
}

function nameOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const parsed = CheckpointName.safeParse(text);
  if (parsed.success) return parsed.data;
  throw invalid(
    `"${text}" is no name for a checkpoint: ${parsed.error.issues[0]?.message ?? ''}.`,
    'For example: --checkpoint-name after-canary',
  );
}

function invalid(message: string, hint: string): OperatorError {
  return new OperatorError('USAGE_INVALID', { message, hint });
}
