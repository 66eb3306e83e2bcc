import { useCallback, useSyncExternalStore } from 'react';
import { connection } from '../client.ts';
import type { ConnectionState } from '../transport/connection.ts';

/** The state of the page's connection, told anew when it changes. */
export function useConnection(): ConnectionState {
  const subscribe = useCallback((listener: () => void) => connection.subscribe(listener), []);
  return useSyncExternalStore(subscribe, () => connection.state);
}
