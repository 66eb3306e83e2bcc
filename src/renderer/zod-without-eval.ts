import { config } from 'zod';

// Imported before any schema: zod tries `new Function` when the first object schema is made, and the page's policy
// reports each such try as a violation.
config({ jitless: true });
