import type { Configuration } from './types.ts';

/** A configuration that is read again when what it was read from has changed: everybody who holds it sees the new values. */
export interface LiveConfiguration extends Configuration {
  /** Reads it again; what it said before stays where that fails. @throws as `loadConfiguration` does. */
  reload(): Promise<void>;
  /** Adds to what must never be printed or stored, for as long as this process lives: what is only being tried is a secret, too. */
  hide(secrets: readonly string[]): void;
}

/** Loads a configuration for the first time. */
export async function liveConfiguration(
  load: () => Promise<Configuration>,
): Promise<LiveConfiguration> {
  let current = await load();
  // A secret that was locked away again may still be on its way into a log.
  const hidden = new Set(current.secretValues);
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
      return [...hidden];
    },
    show: (targetName) => current.show(targetName),
    hide: (secrets) => {
      for (const secret of secrets) hidden.add(secret);
    },
    reload: async () => {
      current = await load();
      for (const secret of current.secretValues) hidden.add(secret);
    },
  };
}
