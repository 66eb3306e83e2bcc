import {
  IconActivity,
  IconArchive,
  IconCamera,
  IconChartBar,
  IconChecklist,
  IconGitCompare,
  IconHome,
  IconHourglass,
  IconLifebuoy,
  IconListDetails,
  IconLock,
  IconMapSearch,
  IconServer,
  IconSettings,
  type TablerIcon,
} from '@tabler/icons-react';

/** A place of the console: its address, its name, and whether a path belongs to it. */
export interface Place {
  readonly href: string;
  readonly label: string;
  readonly icon: TablerIcon;
  readonly holds: (path: string) => boolean;
}

/** The places of the console, in the order of the navigation. */
export const PLACES: readonly Place[] = [
  { href: '/', label: 'Home', icon: IconHome, holds: (path) => path === '/' },
  { href: '/status', label: 'Status', icon: IconActivity, holds: (path) => path === '/status' },
  {
    href: '/plan',
    label: 'Plan',
    icon: IconMapSearch,
    holds: (path) => path === '/plan' || path.startsWith('/plans/'),
  },
  {
    href: '/runs',
    label: 'Runs',
    icon: IconListDetails,
    holds: (path) => path.startsWith('/runs'),
  },
  {
    href: '/snapshots',
    label: 'Snapshots',
    icon: IconCamera,
    holds: (path) => path === '/snapshots',
  },
  {
    href: '/quarantine',
    label: 'Quarantine',
    icon: IconArchive,
    holds: (path) => path === '/quarantine',
  },
  {
    href: '/debts',
    label: 'Debts',
    icon: IconHourglass,
    holds: (path) => path === '/debts',
  },
  {
    href: '/reconcile',
    label: 'Reconcile',
    icon: IconGitCompare,
    holds: (path) => path.startsWith('/reconcile'),
  },
  { href: '/audit', label: 'Audit', icon: IconChartBar, holds: (path) => path === '/audit' },
  { href: '/locks', label: 'Locks', icon: IconLock, holds: (path) => path === '/locks' },
  {
    href: '/targets',
    label: 'Targets',
    icon: IconServer,
    holds: (path) => path.startsWith('/targets'),
  },
  {
    href: '/preflight',
    label: 'Preflight',
    icon: IconChecklist,
    holds: (path) => path === '/preflight',
  },
  {
    href: '/settings',
    label: 'Settings',
    icon: IconSettings,
    holds: (path) => path === '/settings',
  },
  {
    href: '/help',
    label: 'Help',
    icon: IconLifebuoy,
    holds: (path) => path.startsWith('/help'),
  },
];
