import { createORPCClient } from '@orpc/client';
import type { ContractRouterClient } from '@orpc/contract';
import { createTanstackQueryUtils } from '@orpc/tanstack-query';
import { onlineManager, QueryClient } from '@tanstack/react-query';
import type { contract } from '../shared/contract/index.ts';
import { Connection, ConnectionLostError } from './transport/connection.ts';
import { openMessagePortChannel } from './transport/message-port-channel.ts';
import { openWebSocketChannel } from './transport/web-socket-channel.ts';

/** The contract as the page calls it. */
export type UnwindClient = ContractRouterClient<typeof contract>;

/** The one connection of the page: a MessagePort in the desktop window, a WebSocket in a browser. */
export const connection = new Connection(() => {
  const bridge = window.unwindDesktop;
  return bridge === undefined ? openWebSocketChannel() : openMessagePortChannel(bridge);
});

export const client: UnwindClient = createORPCClient(connection);

/** The same client as options for queries. */
export const api = createTanstackQueryUtils(client);

/** Queries wait while offline and are read again afterwards; changes are never kept back and sent later. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      retry: (failures, error) => error instanceof ConnectionLostError && failures < 20,
      retryDelay: 500,
      staleTime: 2_000,
    },
    mutations: { networkMode: 'always', retry: false },
  },
});

onlineManager.setEventListener((setOnline) => {
  const tell = () => {
    setOnline(connection.state.kind !== 'offline');
  };
  tell();
  return connection.subscribe(tell);
});
