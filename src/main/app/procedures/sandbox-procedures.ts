import type { ProcedureContext } from './procedure-context.ts';

/** The procedures of the local sandbox. */
export function sandboxProcedures(parts: ProcedureContext) {
  return {
    get: parts.os.sandbox.get.handler(() => parts.sandbox.get()),
    create: parts.os.sandbox.create.handler(({ input }) =>
      parts.sandbox.create({ seed: input.seed }),
    ),
    start: parts.os.sandbox.start.handler(() => parts.sandbox.start()),
    stop: parts.os.sandbox.stop.handler(() => parts.sandbox.stop()),
    reset: parts.os.sandbox.reset.handler(() => parts.sandbox.reset()),
  };
}
