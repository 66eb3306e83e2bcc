import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file system of its own that is soon full. */
export interface SmallDisk {
  readonly path: string;
  unmount(): void;
}

/** Why no small disk can be made here; `undefined` when it can. Mounting takes Linux and the rights of root. */
export function whyNoSmallDisk(): string | undefined {
  if (process.platform !== 'linux') return 'a small disk is mounted as tmpfs, which only Linux has';
  if (process.getuid?.() !== 0) return 'mounting a small disk takes root';
  const disk = mount(64);
  if (disk === undefined) return 'this machine does not let root mount a tmpfs';
  disk.unmount();
  return undefined;
}

/** Mounts a disk of `sizeKiB`. */
export function aSmallDisk(sizeKiB: number): SmallDisk {
  const disk = mount(sizeKiB);
  if (disk === undefined) throw new Error('The small disk could not be mounted.');
  return disk;
}

function mount(sizeKiB: number): SmallDisk | undefined {
  const path = mkdtempSync(join(tmpdir(), 'unwind-disk-'));
  const mounted = spawnSync('mount', [
    '-t',
    'tmpfs',
    '-o',
    `size=${String(sizeKiB)}k`,
    'unwind-test',
    path,
  ]);
  if (mounted.status !== 0) {
    rmdirSync(path);
    return undefined;
  }
  return {
    path,
    unmount: () => {
      spawnSync('umount', [path]);
      rmdirSync(path);
    },
  };
}
