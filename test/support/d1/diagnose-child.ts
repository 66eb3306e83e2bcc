import { openD1Database } from '../../../src/main/adapters/d1/d1-database.ts';

// Prints the checks of the D1 file in argv as JSON.
console.log(JSON.stringify(await openD1Database({ path: process.argv[2] ?? '' }).diagnose()));
