import { IconLoader2, IconPlugConnected, IconPlugConnectedX } from '@tabler/icons-react';
import { Mark } from '../components/mark.tsx';
import { useConnection } from './use-connection.ts';

/** Whether Unwind answers: icon, word and colour. */
export function ConnectionMark() {
  const state = useConnection();
  switch (state.kind) {
    case 'online':
      return <Mark tone="done" icon={IconPlugConnected} word="Connected" />;
    case 'connecting':
      return <Mark tone="idle" icon={IconLoader2} word="Connecting" />;
    case 'offline':
      return <Mark tone="failed" icon={IconPlugConnectedX} word="Offline" />;
  }
}
