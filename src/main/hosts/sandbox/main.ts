import { serveSandbox } from '../../adapters/sandbox/serve-sandbox.ts';

await serveSandbox(process.argv.slice(2));
