import { implementer, type ProcedureParts } from './procedure-context.ts';

/** The procedures of the local sandbox. */
export function sandboxProcedures(parts: ProcedureParts) {
  return {
    get: implementer.sandbox.get.handler(() => parts.sandbox.get()),
    create: implementer.sandbox.create.handler(({ input }) =>
      parts.sandbox.create({ seed: input.seed }),
    ),
    start: implementer.sandbox.start.handler(() => parts.sandbox.start()),
    stop: implementer.sandbox.stop.handler(() => parts.sandbox.stop()),
    reset: implementer.sandbox.reset.handler(() => parts.sandbox.reset()),
  };
}
