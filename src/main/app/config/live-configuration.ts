import type { Configuration } from './types.ts';

/** A configuration that is read again when what it was read from has changed: everybody who holds it sees the new values. */
export interface LiveConfiguration extends Configuration {
  /** Reads it again; what it said before stays where that fails. @throws as `loadConfiguration` does. */
  reload(): Promise<void>;
}

/** Loads a configuration for the first time. */
export async function liveConfiguration(
  load: () => Promise<Configuration>,
): Promise<LiveConfiguration> {
  let current = await load();
  return {
    get workspacePath() {
      return current.workspacePath;
    },
    get logLevel() {
      return current.logLevel;
    },
    get targets() {
      return current.targets;
    },
    get defaultTarget() {
      return current.defaultTarget;
    },
    get secretValues() {
      return current.secretValues;
    },
    show: (targetName) => current.show(targetName),
    reload: async () => {
      current = await load();
    },
  };
}
