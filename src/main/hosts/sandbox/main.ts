import { serveSandbox } from '../../app/sandbox-server.ts';

await serveSandbox(process.argv.slice(2));
