import { join } from 'node:path';
import type { ConfigValue } from '../../shared/contract/target.ts';
import { readSandboxSettings } from '../adapters/sandbox/sandbox-settings.ts';
import { definitionOf, isSettingName } from './config/settings.ts';
import type { Configuration } from './config.ts';
import { SANDBOX_TARGET, sandboxPath } from './open-targets.ts';

/** The settings of one target with their origins. */
export interface ShownSettings {
  readonly target: string;
  readonly values: ConfigValue[];
}

/**
 * Every setting of a target (the default when left out) with where it came from. What the sandbox decides for itself is shown as
 * coming from it. Secrets read `set`.
 * @throws TARGET_NOT_FOUND
 */
export async function showSettings(
  configuration: Configuration,
  targetName: string | undefined,
): Promise<ShownSettings> {
  const target = targetName ?? configuration.defaultTarget ?? SANDBOX_TARGET;
  const isConfigured = configuration.targets.some((one) => one.name === target);
  const folder = sandboxPath(configuration.workspacePath);
  const sandbox =
    isConfigured || target !== SANDBOX_TARGET ? undefined : await readSandboxSettings(folder);
  if (sandbox === undefined) return { target, values: configuration.show(targetName) };

  const decided: Readonly<Record<string, string | null>> = {
    USE_D1_DATABASE: 'true',
    D1_LOCAL_PATH: sandbox.databasePath,
    R2_BUCKET_NAME: sandbox.bucket,
    R2_ENDPOINT: sandbox.endpoint,
    R2_ACCESS_KEY_ID: sandbox.accessKeyId,
    R2_SECRET_ACCESS_KEY: 'set',
    UNWIND_ORIGINALS: sandbox.originalsPath,
  };
  const origin = join(folder, 'sandbox.json');
  const values = configuration.show().map(({ warning: _, ...shown }): ConfigValue => {
    const value = decided[shown.name];
    if (typeof value === 'string') return { ...shown, value, source: 'sandbox', origin };
    // Nothing that describes another database, bucket or limit counts in the sandbox.
    const counts = isSettingName(shown.name) && definitionOf(shown.name).scope === 'workspace';
    return counts ? shown : { ...shown, value: null, source: 'not-set', origin: null };
  });
  return { target, values };
}
