import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { aConfiguration, aConfigurationError, shownValue } from './a-configuration.ts';

const postgres = { USE_D1_DATABASE: 'false' };
const named = { POSTGRES_HOST: 'db.example', POSTGRES_DB: 'app', POSTGRES_USER: 'ada' };

describe('PostgreSQL settings that nobody set', () => {
  test.for([
    ['POSTGRES_CONNECT_TIMEOUT', '10s'],
    ['POSTGRES_STATEMENT_TIMEOUT', '10min (writes), 0 (reads)'],
    ['POSTGRES_LOCK_TIMEOUT', '5s'],
    ['POSTGRES_IDLE_TIMEOUT', '1min'],
  ] as const)('are shown with what counts instead: %s', async ([name, value]) => {
    const { configuration } = await aConfiguration({ env: { ...postgres, ...named } });

    expect(shownValue(configuration, name)).toMatchObject({ value, source: 'default' });
  });

  test('leave reading without a limit and writing with one', async () => {
    const { configuration } = await aConfiguration({ env: { ...postgres, ...named } });

    expect(configuration.targets[0]?.postgres).toMatchObject({
      statementTimeoutMs: null,
      lockTimeoutMs: 5_000,
    });
  });
});

describe('PostgreSQL settings from the variables of libpq', () => {
  test('fill what the POSTGRES names leave open, and show where they come from', async () => {
    const { configuration } = await aConfiguration({
      env: {
        ...postgres,
        PGHOST: 'db.example',
        PGPORT: '6000',
        PGDATABASE: 'app',
        PGUSER: 'ada',
        POSTGRES_USER: 'eve',
        PGCONNECT_TIMEOUT: '7',
        PGOPTIONS: '-c geqo=off',
      },
    });

    expect(configuration.targets[0]?.postgres).toMatchObject({
      host: 'db.example',
      port: 6000,
      database: 'app',
      user: 'eve',
      connectTimeoutMs: 7_000,
      serverOptions: '-c geqo=off',
    });
    expect(shownValue(configuration, 'POSTGRES_HOST')).toMatchObject({
      source: 'environment',
      origin: '$PGHOST',
    });
    expect(shownValue(configuration, 'POSTGRES_USER')).toMatchObject({ origin: '$POSTGRES_USER' });
  });

  test('make no target by themselves, and do not touch a D1 target', async () => {
    const env = {
      PGHOST: 'db.example',
      PGDATABASE: 'app',
      PGSSLMODE: 'disable',
      PGSERVICE: 'nowhere',
    };

    expect((await aConfiguration({ env })).configuration.targets).toEqual([]);
    const { configuration } = await aConfiguration({
      env: { ...env, D1_LOCAL_PATH: 'app.sqlite' },
    });
    expect(configuration.targets).toMatchObject([{ databaseKind: 'd1', postgres: null }]);
  });

  test('leave a named target alone', async () => {
    const { configuration } = await aConfiguration({
      env: {
        ...postgres,
        PGHOST: 'elsewhere.example',
        PGPORT: '6000',
        PGDATABASE: 'other',
        PGUSER: 'eve',
        PGPASSWORD: 'stray',
      },
      files: {
        'unwind.yaml': 'targets:\n  prod:\n    POSTGRES_HOST: db.example\n    POSTGRES_DB: app\n',
      },
    });

    expect(configuration.targets[1]?.postgres).toMatchObject({
      host: 'db.example',
      port: 5432,
      database: 'app',
      user: null,
      password: null,
    });
  });

  test('come after a service file, which names itself', async () => {
    const { configuration: found } = await aConfiguration({
      env: {
        ...postgres,
        PGSERVICE: 'live',
        PGPORT: '1',
        HOME: await aHome({
          '.pg_service.conf':
            '# mine\n[test]\nhost=a\n\n[live]\nhost=db.example\nport=6000\ndbname=app\nuser=ada\npassword=pa=ss\nkeepalives=1\n',
        }),
      },
    });
    expect(found.targets[0]?.postgres).toMatchObject({
      host: 'db.example',
      port: 6000,
      user: 'ada',
      password: 'pa=ss',
    });
    expect(shownValue(found, 'POSTGRES_PORT')).toMatchObject({
      origin: expect.stringContaining('.pg_service.conf [live]') as string,
    });
    expect(found.secretValues).toContain('pa=ss');
  });

  test('name a service that must exist', async () => {
    expect(await aConfigurationError({ env: { ...postgres, PGSERVICE: 'live' } })).toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('"live"') as string,
    });
  });
});

describe('password file', () => {
  const line = 'db.example:*:app:ada:pa\\:ss\\\\w\n';

  test('gives the password of the first line that matches, also to a named target', async () => {
    const home = await aHome({
      '.pgpass': `# comment\ndb.example:1:app:ada:wrong\n${line}*:*:*:*:last\n`,
    });
    const { configuration } = await aConfiguration({
      env: { HOME: home },
      files: {
        'unwind.yaml':
          'targets:\n  prod:\n    POSTGRES_HOST: db.example\n    POSTGRES_DB: app\n    POSTGRES_USER: ada\n',
      },
    });

    expect(configuration.targets[0]?.postgres?.password).toBe('pa:ss\\w');
    expect(configuration.secretValues).toContain('pa:ss\\w');
    expect(shownValue(configuration, 'POSTGRES_PASSWORD')).toMatchObject({
      value: 'set',
      origin: join(home, '.pgpass'),
    });
  });

  test('is not asked where a password is set', async () => {
    const home = await aHome({ '.pgpass': line });
    const { configuration } = await aConfiguration({
      env: { ...named, HOME: home, POSTGRES_PASSWORD: 'mine' },
    });

    expect(configuration.targets[0]?.postgres?.password).toBe('mine');
  });

  test('that others may read is not used, and says so', async () => {
    const home = await aHome({ '.pgpass': line });
    await chmod(join(home, '.pgpass'), 0o640);
    const { configuration } = await aConfiguration({ env: { ...named, HOME: home } });

    expect(configuration.targets[0]?.postgres?.password).toBeNull();
    expect(shownValue(configuration, 'POSTGRES_PASSWORD')).toMatchObject({
      value: null,
      origin: expect.stringContaining('mode 0640, must be 0600') as string,
    });
  });

  test('is the one that PGPASSFILE names', async () => {
    const home = await aHome({ passwords: line });
    const { configuration } = await aConfiguration({
      env: { ...named, PGPASSFILE: join(home, 'passwords') },
    });

    expect(configuration.targets[0]?.postgres?.password).toBe('pa:ss\\w');
  });
});

describe('sslmode', () => {
  test.each([
    ['db.example', undefined, 'verify-full'],
    ['127.0.0.1', undefined, 'none'],
    ['localhost', undefined, 'none'],
    ['/var/run/postgresql', undefined, 'none'],
    ['localhost', 'prefer', 'none'],
    ['localhost', 'verify-full', 'verify-full'],
    ['db.example', 'verify-ca', 'verify-ca'],
    ['db.example', 'require', 'encrypted'],
  ])('of %s set to %s means %s', async (host, mode, expected) => {
    const env = {
      ...named,
      POSTGRES_HOST: host,
      ...(mode === undefined ? {} : { PGSSLMODE: mode }),
    };

    expect((await aConfiguration({ env })).configuration.targets[0]?.postgres?.tlsMode).toBe(
      expected,
    );
  });

  test.each(['disable', 'allow', 'prefer'])(
    '%s is refused for another machine, with its origin',
    async (mode) => {
      expect(await aConfigurationError({ env: { ...named, PGSSLMODE: mode } })).toMatchObject({
        code: 'CONFIG_INVALID',
        message: expect.stringContaining('$PGSSLMODE') as string,
        hint: expect.stringContaining('verify-full') as string,
      });
    },
  );

  test('require asks the authority that is named, as libpq does', async () => {
    const env = { ...named, PGSSLMODE: 'require', PGSSLROOTCERT: '/etc/ca.pem' };

    expect((await aConfiguration({ env })).configuration.targets[0]?.postgres?.tlsMode).toBe(
      'verify-ca',
    );
  });

  test('without a host name is refused with the authorities of the system', async () => {
    for (const PGSSLMODE of ['require', 'verify-ca']) {
      expect(
        await aConfigurationError({ env: { ...named, PGSSLMODE, PGSSLROOTCERT: 'system' } }),
      ).toMatchObject({ code: 'CONFIG_INVALID' });
    }
    const { configuration } = await aConfiguration({ env: { ...named, PGSSLROOTCERT: 'system' } });
    expect(configuration.targets[0]?.postgres).toMatchObject({
      tlsMode: 'verify-full',
      rootCertificate: 'system',
    });
  });

  test('require is shown with what it gives up', async () => {
    const { configuration } = await aConfiguration({
      env: { ...named, POSTGRES_SSLMODE: 'require' },
    });

    expect(shownValue(configuration, 'POSTGRES_SSLMODE')).toMatchObject({
      value: 'require',
      warning: expect.stringContaining('does not check who answers') as string,
    });
  });
});

describe('times of a PostgreSQL target', () => {
  test.each([
    ['500ms', 500],
    ['5s', 5_000],
    ['2 min', 120_000],
    ['0', 0],
  ])('%s is %d ms', async (text, ms) => {
    const { configuration } = await aConfiguration({
      env: { ...named, POSTGRES_LOCK_TIMEOUT: text },
    });

    expect(configuration.targets[0]?.postgres?.lockTimeoutMs).toBe(ms);
  });

  test.each(['5', '5 minutes', '-1s', '999h999'])(
    '%s is refused: its unit is not clear',
    async (text) => {
      expect(
        await aConfigurationError({ env: { ...named, POSTGRES_LOCK_TIMEOUT: text } }),
      ).toMatchObject({
        code: 'CONFIG_INVALID',
        message: expect.stringContaining('a time with its unit') as string,
      });
    },
  );
});

/** A home folder with files that only this user may read. */
async function aHome(files: Readonly<Record<string, string>>): Promise<string> {
  const { cwd } = await aConfiguration({ files });
  for (const [name, text] of Object.entries(files))
    await writeFile(join(cwd, name), text, { mode: 0o600 });
  for (const name of Object.keys(files)) await chmod(join(cwd, name), 0o600);
  return cwd;
}
