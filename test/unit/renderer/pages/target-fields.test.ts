import { describe, expect, test } from 'vitest';
import { SETTINGS } from '../../../../src/main/app/config/settings.ts';
import {
  draftOf,
  type Entered,
  groupsFor,
} from '../../../../src/renderer/pages/targets/target-fields.ts';

const entered: Entered = { kind: 'd1', texts: {}, secretsSet: [], removed: [] };

describe('form of a target', () => {
  test.each(['d1', 'postgres'] as const)('asks for settings that there are (%s)', (kind) => {
    for (const { setting, isSecret } of groupsFor(kind).flatMap(({ fields }) => fields)) {
      expect(SETTINGS).toHaveProperty(setting);
      expect(SETTINGS[setting as keyof typeof SETTINGS].secret).toBe(isSecret === true);
    }
  });

  test('keeps what was typed for its kind, trimmed, and leaves out what is empty', () => {
    const texts = { D1_LOCAL_PATH: ' /srv/d1.sqlite ', POSTGRES_HOST: 'db', R2_BUCKET_NAME: '' };

    expect(draftOf({ ...entered, texts })).toEqual({
      settings: { USE_D1_DATABASE: 'true', D1_LOCAL_PATH: '/srv/d1.sqlite' },
      secrets: {},
    });
  });

  test('takes a secret as it was typed, and leaves one that was not typed as it is', () => {
    const texts = { POSTGRES_PASSWORD: ' with spaces ' };
    const secretsSet = ['R2_SECRET_ACCESS_KEY', 'POSTGRES_PASSWORD'];

    expect(draftOf({ ...entered, kind: 'postgres', texts, secretsSet }).secrets).toEqual({
      POSTGRES_PASSWORD: ' with spaces ',
    });
  });

  test('removes a secret that is to go, and one of the other kind of database', () => {
    const secretsSet = ['R2_SECRET_ACCESS_KEY', 'POSTGRES_PASSWORD'];
    const removed = ['R2_SECRET_ACCESS_KEY'];

    expect(draftOf({ ...entered, kind: 'd1', secretsSet, removed }).secrets).toEqual({
      R2_SECRET_ACCESS_KEY: '',
      POSTGRES_PASSWORD: '',
    });
  });
});
