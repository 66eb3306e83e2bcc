import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** Who may use this console: whoever holds the token that it printed, then the cookie that the token was exchanged for. */
export interface Session {
  /** For the printed URL: good as long as the console runs. 32 random bytes, base64url. */
  readonly token: string;
  /** For the URL that is handed to a browser by command line, where others can read it: good once. */
  readonly launchToken: string;
  /** Says whether `candidate` opens the console, and uses a launch token up. */
  redeem(candidate: string): boolean;
  /** The value of `Set-Cookie`. */
  readonly setCookie: string;
  /** Says whether a `Cookie` header holds this session's cookie. */
  hasCookie(header: string | undefined): boolean;
}

/** Opens a session. `port` is part of the cookie's name: cookies of one host are shared by all its ports. */
export function openSession(port: number): Session {
  const token = randomToken();
  const launchToken = randomToken();
  const cookie = randomToken();
  const name = `unwind-${String(port)}`;
  let launched = false;
  return {
    token,
    launchToken,
    redeem(candidate) {
      if (sameSecret(candidate, token)) return true;
      if (launched || !sameSecret(candidate, launchToken)) return false;
      launched = true;
      return true;
    },
    setCookie: `${name}=${cookie}; Path=/; HttpOnly; SameSite=Strict`,
    hasCookie(header) {
      const value = cookieValue(header, name);
      return value !== undefined && sameSecret(value, cookie);
    },
  };
}

function randomToken(): string {
  return randomBytes(32).toString('base64url');
}

/** Compares in a time that tells nothing about where the two differ, nor about their lengths. */
function sameSecret(candidate: string, secret: string): boolean {
  return timingSafeEqual(sha256(candidate), sha256(secret));
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function cookieValue(header: string | undefined, name: string): string | undefined {
  const prefix = `${name}=`;
  return header
    ?.split(';')
    .map((pair) => pair.trim())
    .find((pair) => pair.startsWith(prefix))
    ?.slice(prefix.length);
}
