export { loadConfiguration } from './config/load-configuration.ts';
export type { Configuration, TargetSettings } from './config/types.ts';
