import type { MessageBoxOptions } from 'electron';

const KEEP = 0;
const STOP = 1;

/** The question before quitting while runs are going. Keeping them is the default and what Escape means. */
export function quitQuestion(runIds: readonly string[]): MessageBoxOptions {
  return {
    type: 'warning',
    title: 'Unwind',
    message: `Run ${runIds.join(', ')} is going.`,
    detail:
      'Quitting stops it at the next safe boundary: what is done is recorded, nothing is left half done, and it can be resumed.',
    buttons: ['Keep it running', 'Stop the run and quit'],
    defaultId: KEEP,
    cancelId: KEEP,
    noLink: true,
  };
}

/** Whether the answer to `quitQuestion` was to stop and quit. */
export function isStop(answer: { readonly response: number }): boolean {
  return answer.response === STOP;
}
