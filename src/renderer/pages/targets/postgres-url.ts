/** What a connection URL says, by the names of the settings; the password apart from the rest. */
export interface PostgresUrl {
  readonly settings: Readonly<Record<string, string>>;
  readonly password: string;
}

/** Reads `postgres://user:password@host:port/database?sslmode=…`; `undefined` where a text is none. */
export function readPostgresUrl(text: string): PostgresUrl | undefined {
  const trimmed = text.trim();
  if (!/^postgres(ql)?:\/\//i.test(trimmed)) return undefined;
  // Browsers give a scheme that they know its parts; this one they do not.
  const asHttp = trimmed.replace(/^postgres(ql)?:/i, 'http:');
  if (!URL.canParse(asHttp)) return undefined;
  const url = new URL(asHttp);
  const said: Record<string, string | null> = {
    POSTGRES_HOST: url.hostname.replace(/^\[|\]$/g, ''),
    POSTGRES_PORT: portOf(trimmed),
    POSTGRES_DB: decoded(url.pathname.slice(1)),
    POSTGRES_USER: decoded(url.username),
    POSTGRES_SSLMODE: url.searchParams.get('sslmode'),
    POSTGRES_SSLROOTCERT: url.searchParams.get('sslrootcert'),
    POSTGRES_SCHEMA: url.searchParams.get('search_path'),
  };
  return {
    settings: Object.fromEntries(
      Object.entries(said).flatMap(([name, value]) =>
        value === null || value === '' ? [] : [[name, value]],
      ),
    ),
    password: decoded(url.password),
  };
}

/** Not from the URL: read as one of HTTP, it would lose the port 80. */
function portOf(text: string): string | null {
  return /^[^/]+:\/\/[^/?#]*:(\d+)(?:[/?#]|$)/.exec(text)?.[1] ?? null;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
