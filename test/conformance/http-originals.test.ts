import { afterAll, beforeAll } from 'vitest';
import { httpOriginals } from '../../src/main/adapters/originals/http-originals.ts';
import { type FileServer, startFileServer } from '../support/originals/start-file-server.ts';
import { originalsSuite } from './originals.suite.ts';

let server: FileServer;

beforeAll(async () => {
  server = await startFileServer();
});

afterAll(() => server.stop());

originalsSuite('http', {
  originals: () => httpOriginals({ base: server.base }),
  write(path, content) {
    server.write(path, content);
    return Promise.resolve();
  },
  absolute: (path) => `/files/${path}`,
});
