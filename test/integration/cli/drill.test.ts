import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { jsonOf } from './spawn-cli.ts';

describe('drill', () => {
  test('rolls a fresh sandbox back, proves it, takes it back, and leaves nothing', {
    timeout: 120_000,
  }, async () => {
    // A configured target that must not be touched, nor even looked at.
    const env = { USE_D1_DATABASE: 'true', D1_LOCAL_PATH: '/nowhere/real.sqlite' };

    const drill = await jsonOf('drill', [], { env });

    expect(drill.passed).toBe(true);
    expect(drill.phases.map((phase) => phase.name)).toEqual([
      'create sandbox',
      'read status',
      'plan the rollback',
      'roll back',
      'verify the rollback',
      'report',
      'plan the undo',
      'undo',
      'verify the undo',
      'read status again',
      'compare with the beginning',
    ]);
    expect(drill.report).toContain(drill.rollbackRunId);
    expect(existsSync(drill.workspace)).toBe(false);
  });
});
