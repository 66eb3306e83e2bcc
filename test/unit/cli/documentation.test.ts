import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { SETTING_NAMES } from '../../../src/main/app/config/settings.ts';
import { DOCUMENTS } from '../../../src/main/hosts/cli/json/documents.ts';
import { createProgram } from '../../../src/main/hosts/cli/parse-command-line.ts';
import { ERROR_CODES } from '../../../src/shared/domain/error-codes.ts';
import { ERROR_GUIDE } from '../../../src/shared/domain/error-guide/error-guide.ts';

const docs = join(import.meta.dirname, '../../../docs');
const cli = readFileSync(join(docs, 'cli.md'), 'utf8');
const errors = readFileSync(join(docs, 'errors.md'), 'utf8');

function ignore(): void {
  // The documentation is compared with what the program declares; nothing is run or printed.
}

function leavesOf(command: Command, path: readonly string[] = []): [string, Command][] {
  if (command.commands.length === 0) return [[path.join(' '), command]];
  return command.commands.flatMap((each) => leavesOf(each, [...path, each.name()]));
}

const program = createProgram({ stdout: ignore, stderr: ignore }, ignore);
const commands = leavesOf(program);

describe('docs/cli.md', () => {
  test('has a section for each command and for nothing else', () => {
    const sections = [...cli.matchAll(/^### `unwind (.+)`$/gm)].map((match) => match[1]);

    expect(sections).toEqual(commands.map(([name]) => name));
  });

  test.each(commands)('names every option of `unwind %s`', (name, command) => {
    const after = cli.slice(cli.indexOf(`### \`unwind ${name}\`\n`));
    const section = after.slice(0, after.indexOf('\n##', 5));
    // What undo and purge share with rollback is explained there, and the section says so.
    const borrowed = /as for `(rollback|undo)`|selectors of `unwind plan`/i.test(section)
      ? cli
      : section;

    for (const option of command.options) expect(borrowed).toContain(option.long);
  });

  test('names every option that all commands take', () => {
    for (const option of program.options) expect(cli).toContain(`${option.flags}\``);
  });

  test('links the schema of every document', () => {
    for (const name of Object.keys(DOCUMENTS)) {
      expect(cli).toContain(`(schemas/${name.replace(' ', '-')}.json)`);
    }
  });

  test('lists every setting', () => {
    const listed = [...cli.matchAll(/^\| `([A-Z0-9_]+)` \|/gm)].map((match) => match[1]);

    expect(listed).toEqual(SETTING_NAMES);
  });
});

describe('docs/errors.md', () => {
  test('lists every code as the table of codes has it', () => {
    const listed = [...errors.matchAll(/^\| `([A-Z0-9_]+)` \| (\S+) \| (\d+) \| (yes|no) \|/gm)];

    expect(listed.map(([, code, kind, exit, retry]) => [code, kind, Number(exit), retry])).toEqual(
      Object.entries(ERROR_CODES).map(([code, { kind, exitCode, retryable }]) => [
        code,
        kind,
        exitCode,
        retryable ? 'yes' : 'no',
      ]),
    );
  });
});

describe('guide to errors', () => {
  const texts = Object.entries(ERROR_GUIDE).flatMap(([code, { cause, proof, nextStep }]) =>
    [cause, proof, nextStep].map((text) => [code, text] as const),
  );

  test('is what docs/errors.md says', () => {
    for (const [code, { cause, proof, nextStep }] of Object.entries(ERROR_GUIDE)) {
      const row = errors.split('\n').find((line) => line.startsWith(`| \`${code}\` |`));
      expect(row).toMatch(/^\|( [^|]+ \|){7}$/);
      expect(row?.split(' | ').slice(4).join(' | ')).toBe(`${cause} | ${proof} | ${nextStep} |`);
    }
  });

  test('names commands and options that exist', () => {
    const mentioned = texts.flatMap(([, text]) =>
      [...text.matchAll(/`unwind ([^`]+)`/g)].map((match) => match[1] ?? ''),
    );
    expect(mentioned.length).toBeGreaterThan(50);
    for (const line of mentioned) {
      const words = line.split(' ').filter((word) => word !== word.toUpperCase());
      const name = words.filter((word) => !word.startsWith('-')).join(' ');
      const found = commands.filter(([one]) => one === name || name.startsWith(`${one} `));
      if (line === 'COMMAND --help') continue;
      expect(
        found.map(([one]) => one),
        line,
      ).not.toEqual([]);
      for (const option of words.filter((word) => word.startsWith('--'))) {
        expect(found.flatMap(([, command]) => command.options.map(({ long }) => long))).toContain(
          option,
        );
      }
    }
  });

  test('names settings that exist', () => {
    const mentioned = texts.flatMap(([, text]) => [...text.matchAll(/`([A-Z0-9]+_[A-Z0-9_]+)`/g)]);
    expect(mentioned.length).toBeGreaterThan(10);
    for (const [, setting] of mentioned) expect(SETTING_NAMES).toContain(setting);
  });
});

describe('JSON documents', () => {
  test('exist for each command', () => {
    expect(Object.keys(DOCUMENTS).toSorted()).toEqual(commands.map(([name]) => name).toSorted());
  });
});
