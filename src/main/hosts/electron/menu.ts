import type { MenuItemConstructorOptions } from 'electron';

/** What the menu can make the desktop door do. */
export interface MenuActions {
  /** Shows a view of the console by its path. */
  readonly show: (path: string) => void;
  readonly openWorkspace: () => void;
  readonly quit: () => void;
}

const VIEWS = [
  { label: 'Home', path: '/' },
  { label: 'Status', path: '/status' },
  { label: 'Plan', path: '/plan' },
  { label: 'Runs', path: '/runs' },
  { label: 'Snapshots', path: '/snapshots' },
  { label: 'Quarantine', path: '/quarantine' },
  { label: 'Audit', path: '/audit' },
  { label: 'Preflight', path: '/preflight' },
  { label: 'Settings', path: '/settings' },
] as const;

/** The native menu. */
export function consoleMenu(
  platform: NodeJS.Platform,
  actions: MenuActions,
): MenuItemConstructorOptions[] {
  const workspace = { label: 'Open the Workspace Folder', click: actions.openWorkspace };
  const quit = { label: 'Quit Unwind', accelerator: 'CmdOrCtrl+Q', click: actions.quit };
  const first: MenuItemConstructorOptions =
    platform === 'darwin'
      ? {
          label: 'Unwind',
          submenu: [{ role: 'about' }, workspace, { type: 'separator' }, { role: 'hide' }, quit],
        }
      : { label: '&File', submenu: [workspace, { type: 'separator' }, quit] };
  return [
    first,
    { label: '&Edit', role: 'editMenu' },
    {
      label: '&Go',
      submenu: VIEWS.map(({ label, path }, index) => ({
        label,
        accelerator: `CmdOrCtrl+${String(index + 1)}`,
        click: () => {
          actions.show(path);
        },
      })),
    },
    {
      label: '&View',
      submenu: [
        { role: 'reload' },
        { type: 'separator' },
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { type: 'separator' },
        { role: 'togglefullscreen' },
      ],
    },
    { label: '&Window', role: 'windowMenu' },
    {
      label: '&Help',
      role: 'help',
      submenu: [
        {
          label: 'Unwind Help',
          accelerator: 'F1',
          click: () => {
            actions.show('/help');
          },
        },
      ],
    },
  ];
}
