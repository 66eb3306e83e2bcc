import type { PostgresConnection } from '../../../src/main/adapters/postgres/connection.ts';
import { obeyLeaseOrders } from '../d1/lease-orders.ts';
import { openTestLeases } from './open-test-leases.ts';

// A process that acquires and releases the lease of the PostgreSQL table `t` when its parent says so.
const [connection = '', runId = ''] = process.argv.slice(2);
obeyLeaseOrders(openTestLeases(JSON.parse(connection) as PostgresConnection), runId);
