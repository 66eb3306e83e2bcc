import { describe, expect, test } from 'vitest';
import type { CommandContext } from '../../../src/main/hosts/cli/command.ts';
import { confirmPlan } from '../../../src/main/hosts/cli/flow/confirmation.ts';
import { aPlanSummary, aTerminal } from './builders.ts';
import { createInterruptSource } from './interrupt-source.ts';

const plan = aPlanSummary();

function aContext(terminal: CommandContext['terminal']): CommandContext {
  return {
    terminal,
    globals: { color: false },
    env: {},
    cwd: '/',
    sandboxEntry: new URL('file:///nowhere'),
    interrupts: createInterruptSource().interrupts,
    open: () => Promise.reject(new Error('A confirmation opens nothing.')),
    say: () => undefined,
    note: () => undefined,
  };
}

describe('confirmation', () => {
  test('is the phrase, typed exactly', async () => {
    const terminal = aTerminal({ typed: `  ${plan.confirmationPhrase} \n` });

    expect(await confirmPlan(aContext(terminal), { plan, prompt: 'phrase' })).toBe(
      plan.confirmationPhrase,
    );
    expect(terminal.err()).toContain(`To consent, type: ${plan.confirmationPhrase}`);
  });

  test.each(['yes', '', plan.confirmationPhrase.toUpperCase()])(
    'is refused when "%s" is typed',
    async (typed) => {
      const context = aContext(aTerminal({ typed: `${typed}\n` }));

      await expect(confirmPlan(context, { plan, prompt: 'phrase' })).rejects.toMatchObject({
        code: 'CONFIRMATION_MISMATCH',
        exitCode: 6,
      });
    },
  );

  test('is cancelled when the input ends before anything is typed', async () => {
    const context = aContext(aTerminal({ typed: '' }));

    await expect(confirmPlan(context, { plan, prompt: 'phrase' })).rejects.toMatchObject({
      code: 'CANCELLED',
    });
  });

  test('is refused where nobody can be asked, and says how to go on', async () => {
    await expect(
      confirmPlan(aContext(aTerminal()), { plan, prompt: 'phrase' }),
    ).rejects.toMatchObject({
      code: 'CONFIRMATION_MISMATCH',
      hint: expect.stringContaining(plan.executeCommand) as string,
    });
  });

  test.each(['y', 'Y', 'yes'])('is a yes where that is enough: "%s"', async (typed) => {
    const terminal = aTerminal({ typed: `${typed}\n` });

    expect(await confirmPlan(aContext(terminal), { plan, prompt: 'confirm' })).toBe(
      plan.confirmationPhrase,
    );
    expect(terminal.err()).toContain(`(${plan.confirmationPhrase})? [y/N]`);
  });

  test.each(['', 'n', 'yesterday'])('is cancelled by anything but a yes: "%s"', async (typed) => {
    const context = aContext(aTerminal({ typed: `${typed}\n` }));

    await expect(confirmPlan(context, { plan, prompt: 'confirm' })).rejects.toMatchObject({
      code: 'CANCELLED',
    });
  });

  test('asks nothing when the prompt is skipped', async () => {
    const terminal = aTerminal();

    expect(await confirmPlan(aContext(terminal), { plan, prompt: 'none' })).toBe(
      plan.confirmationPhrase,
    );
    expect(terminal.err()).toBe('');
  });

  test('is cancelled by a signal', async () => {
    const { interrupts, interrupt } = createInterruptSource();
    const context = { ...aContext({ ...aTerminal(), interactive: true }), interrupts };

    const asked = confirmPlan(context, { plan, prompt: 'phrase' });
    interrupt();

    await expect(asked).rejects.toMatchObject({ code: 'CANCELLED', exitCode: 130 });
  });
});
