import { describe, expect, test } from 'vitest';
import { readPostgresUrl } from '../../../../src/renderer/pages/targets/postgres-url.ts';

describe('connection URL', () => {
  test('is taken apart into settings, the password for itself', () => {
    expect(
      readPostgresUrl(
        ' postgres://ada:p%40ss%2Fword@db.example.org:6432/files?sslmode=verify-ca&sslrootcert=/etc/ca.pem ',
      ),
    ).toEqual({
      settings: {
        POSTGRES_HOST: 'db.example.org',
        POSTGRES_PORT: '6432',
        POSTGRES_DB: 'files',
        POSTGRES_USER: 'ada',
        POSTGRES_SSLMODE: 'verify-ca',
        POSTGRES_SSLROOTCERT: '/etc/ca.pem',
      },
      password: 'p@ss/word',
    });
  });

  test.each([
    ['postgresql://localhost', { POSTGRES_HOST: 'localhost' }],
    ['postgres://db:80/x', { POSTGRES_HOST: 'db', POSTGRES_PORT: '80', POSTGRES_DB: 'x' }],
    ['postgres://[::1]:5433/x', { POSTGRES_HOST: '::1', POSTGRES_PORT: '5433', POSTGRES_DB: 'x' }],
  ])('says only what stands in it: %s', (url, settings) => {
    expect(readPostgresUrl(url)).toEqual({ settings, password: '' });
  });

  test('takes a password with a percent sign that encodes nothing as it is', () => {
    expect(readPostgresUrl('postgres://a:100%@db/x')?.password).toBe('100%');
  });

  test.each(['', 'mysql://db/x', 'db.example.org', 'https://db/x', 'postgres://'])(
    'is none: %j',
    (text) => {
      expect(readPostgresUrl(text)).toBeUndefined();
    },
  );
});
