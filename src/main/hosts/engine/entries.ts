/** A file that a host starts beside itself: its thread, or the sandbox's server. */
export type HostEntry = 'engine' | 'sandbox';

/** The URL of another host's entry: a TypeScript file in a checkout, a built file beside the bundle otherwise. */
export function hostEntry(hostUrl: string, name: HostEntry): URL {
  const relative = runsFromSource(hostUrl) ? `../${name}/main.ts` : `./${name}.js`;
  return new URL(relative, hostUrl);
}

/** The folder of the built console, for a host in a checkout or a bundle. Ends with a slash. */
export function rendererFolder(hostUrl: string): URL {
  const relative = runsFromSource(hostUrl) ? '../../../../out/renderer/' : '../renderer/';
  return new URL(relative, hostUrl);
}

function runsFromSource(hostUrl: string): boolean {
  return hostUrl.endsWith('.ts');
}
