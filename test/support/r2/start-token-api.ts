import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the verify endpoint answers for one path. */
export interface TokenAnswer {
  readonly status: number;
  readonly body?: unknown;
  readonly location?: string;
}

export interface SeenByApi {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly jurisdiction?: string;
}

/** A stand-in for the endpoints of the Cloudflare API, on 127.0.0.1. */
export interface TokenApi {
  readonly base: string;
  /** Path, bearer token and jurisdiction of each request. */
  readonly seen: readonly SeenByApi[];
  answer(answers: Readonly<Record<string, TokenAnswer>>): void;
  stop(): Promise<void>;
}

/** Starts the stand-in; a path without an answer gets 404. */
export async function startTokenApi(): Promise<TokenApi> {
  let answers: Readonly<Record<string, TokenAnswer>> = {};
  let seen: SeenByApi[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    const jurisdiction = request.headers['cf-r2-jurisdiction'];
    seen.push({
      path,
      authorization: request.headers.authorization,
      ...(typeof jurisdiction === 'string' ? { jurisdiction } : {}),
    });
    const { status, body, location } = answers[path] ?? { status: 404 };
    response.writeHead(status, location === undefined ? {} : { location });
    response.end(typeof body === 'string' ? body : JSON.stringify(body ?? { success: false }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    base: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    get seen() {
      return seen;
    },
    answer(next) {
      answers = next;
      seen = [];
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
