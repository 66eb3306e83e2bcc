import packageJson from '../../../package.json' with { type: 'json' };

/** The products that take part on this machine, with their versions, for people. */
export function versionsHere(): readonly string[] {
  // By name: the types promise what only Electron has.
  const versions: NodeJS.Dict<string> = process.versions;
  const electron = versions['electron'];
  return [
    `Unwind ${packageJson.version}`,
    ...(electron === undefined ? [] : [`Electron ${electron}`]),
    `Node ${process.versions.node}`,
    `${process.platform} ${process.arch}`,
  ];
}
