import { eventIterator, oc } from '@orpc/contract';
import { implement } from '@orpc/server';
import { z } from 'zod';
import { OperatorError, toWire, WireError } from '../../../src/shared/domain/operator-error.ts';

const procedure = oc.errors({ OPERATOR_ERROR: { data: WireError } });

/** Enough of a contract to prove a transport: an answer, a refusal and a stream that can be given up. */
export const tinyContract = {
  square: procedure.input(z.strictObject({ value: z.number() })).output(z.number()),
  refuse: procedure.input(z.strictObject({})).output(z.strictObject({})),
  count: procedure.input(z.strictObject({ to: z.number() })).output(eventIterator(z.number())),
  /** How many `count` streams are open. */
  openStreams: procedure.input(z.strictObject({})).output(z.number()),
  /** Ends the thread that serves it. */
  crash: procedure.input(z.strictObject({})).output(z.strictObject({})),
};

/** The router behind `tinyContract`. */
export function tinyRouter() {
  const os = implement(tinyContract);
  let openStreams = 0;
  return os.router({
    square: os.square.handler(({ input }) => input.value ** 2),
    refuse: os.refuse.handler(({ errors }) => {
      const refusal = new OperatorError('TARGET_LOCKED', {
        message: 'Somebody holds the target.',
        hint: 'Wait.',
      });
      throw errors.OPERATOR_ERROR({ data: toWire(refusal) });
    }),
    count: os.count.handler(async function* ({ input, signal }) {
      openStreams += 1;
      try {
        for (let value = 0; value < input.to; value += 1) {
          signal?.throwIfAborted();
          yield value;
          await new Promise(setImmediate);
        }
      } finally {
        openStreams -= 1;
      }
    }),
    openStreams: os.openStreams.handler(() => openStreams),
    crash: os.crash.handler(() => {
      setImmediate(() => {
        throw new Error('the thread is gone');
      });
      return {};
    }),
  });
}
