import type { ClientContext, ClientLink } from '@orpc/client';

/** One open way to the router. It is used until `closed` settles and then replaced by a new one. */
export interface Channel {
  readonly link: ClientLink<ClientContext>;
  readonly closed: Promise<void>;
  close(): void;
}

/** Opens a channel, or rejects when the other side does not answer. */
export type OpenChannel = () => Promise<Channel>;
