import { resolve } from 'node:path';
import type { TargetSuggestion } from '../../shared/contract/target.ts';
import { OperatorError } from '../../shared/domain/operator-error.ts';
import { findWranglerConfig, localD1File } from '../adapters/d1/find-d1-file.ts';
import { readWranglerProject, wranglerConfigNames } from '../adapters/d1/wrangler-config.ts';
import { definitionOf, isSettingName } from './config/settings.ts';
import type { Configuration } from './config.ts';

/**
 * What the environment of this process, and the .env file of its folder, say of a target, to be taken over under a name. Secrets are
 * named and not read.
 */
export function suggestFromEnvironment(configuration: Configuration): readonly TargetSuggestion[] {
  const said = configuration
    .show()
    .filter(
      ({ name, source, value }) =>
        (source === 'environment' || source === 'env-file') &&
        value !== null &&
        isSettingName(name) &&
        definitionOf(name).scope === 'target',
    );
  if (said.length === 0) return [];
  return [
    {
      name: 'from-environment',
      settings: Object.fromEntries(
        said.filter(({ secret }) => !secret).map(({ name, value }) => [name, value ?? '']),
      ),
      secretsSet: said.filter(({ secret }) => secret).map(({ name }) => name),
    },
  ];
}

/**
 * What a wrangler project binds: a suggestion for each D1 database of each of its environments, with the first bucket beside it.
 * @throws CONFIG_INVALID there is no wrangler project, it cannot be read, or it binds no D1 database.
 */
export async function suggestFromWrangler(path: string): Promise<readonly TargetSuggestion[]> {
  const config = await findWranglerConfig(resolve(path));
  if (config === undefined) {
    throw new OperatorError('CONFIG_INVALID', {
      message: `No wrangler project was found at "${path}": looked for ${wranglerConfigNames.join(', ')}.`,
      hint: 'Name the folder of the project, or its configuration file, as an absolute path.',
      details: { path },
    });
  }
  const project = await readWranglerProject(config);
  const suggestions = project.environments.flatMap(({ name, databases, buckets }) =>
    databases.map((database): TargetSuggestion => {
      const [bucket] = buckets;
      const words = [
        project.name,
        name,
        databases.length > 1 ? database.binding.toLowerCase() : null,
      ];
      return {
        name: nameOf(words.filter((word) => word !== null).join('-')),
        settings: {
          USE_D1_DATABASE: 'true',
          D1_LOCAL_PATH: localD1File(config, database),
          ...(bucket === undefined ? {} : { R2_BUCKET_NAME: bucket.name }),
          ...(bucket === undefined || bucket.jurisdiction === null
            ? {}
            : { R2_JURISDICTION: bucket.jurisdiction }),
          ...(project.accountId === null ? {} : { CLOUDFLARE_ACCOUNT_ID: project.accountId }),
        },
        secretsSet: [],
      };
    }),
  );
  if (suggestions.length > 0) return suggestions;
  throw new OperatorError('CONFIG_INVALID', {
    message: `The wrangler project ${config} binds no D1 database.`,
    hint: 'Enter the target by hand, or name another project.',
    details: { path: config },
  });
}

/** A name that a target may have. */
function nameOf(text: string): string {
  const name = text.replaceAll(/[^A-Za-z0-9._-]+/g, '-').replace(/^[^A-Za-z0-9]+/, '');
  return name === '' || name === 'sandbox' ? 'wrangler' : name.slice(0, 64);
}
