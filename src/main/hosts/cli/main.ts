#!/usr/bin/env -S node --max-old-space-size=256 --max-semi-space-size=8
import { hostEntry } from '../engine/entries.ts';
import { processInterrupts } from './interrupts.ts';
import { runCli } from './run-cli.ts';
import { processTerminal } from './terminal.ts';

for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // Whoever read our output has gone, as `head` does. A run must not die of that; what is left is written to nobody.
    if (error.code !== 'EPIPE') throw error;
  });
}

const argv = process.argv.slice(2);
process.exitCode = await runCli({
  argv,
  env: process.env,
  cwd: process.cwd(),
  terminal: processTerminal({
    env: process.env,
    color: argv.includes('--no-color') ? 'never' : 'auto',
  }),
  interrupts: processInterrupts(),
  sandboxEntry: hostEntry(import.meta.url, 'sandbox'),
});
