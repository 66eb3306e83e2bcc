import packageJson from '../../../package.json' with { type: 'json' };

/** The products that take part on this machine, with their versions, for people. */
export function versionsHere(): readonly string[] {
  const { electron, node } = process.versions;
  return [
    `Unwind ${packageJson.version}`,
    ...(electron === undefined ? [] : [`Electron ${electron}`]),
    `Node ${node}`,
    `${process.platform} ${process.arch}`,
  ];
}
