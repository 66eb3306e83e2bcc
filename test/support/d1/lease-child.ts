import { d1Leases } from '../../../src/main/adapters/d1/d1-leases.ts';
import { obeyLeaseOrders } from './lease-orders.ts';

// A process that acquires and releases the lease of the D1 file named in argv when its parent says so.
const [path = '', runId = ''] = process.argv.slice(2);
obeyLeaseOrders(d1Leases({ path }), runId);
