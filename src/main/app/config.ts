export { loadConfiguration } from './config/load-configuration.ts';
export type {
  Configuration,
  ConfigurationRequest,
  PostgresSettings,
  TargetSettings,
} from './config/types.ts';
