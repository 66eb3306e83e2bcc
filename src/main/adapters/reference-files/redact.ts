/** Makes the function that replaces every secret in a text by value. The longest go first: one may contain another. */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const wanted = secrets
    .filter((secret) => secret !== '')
    .toSorted((left, right) => right.length - left.length);
  return (text) => wanted.reduce((clean, secret) => clean.replaceAll(secret, '[redacted]'), text);
}
