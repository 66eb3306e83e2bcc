import { runWebHost } from './run-web-host.ts';

process.exitCode = await runWebHost({ args: process.argv.slice(2), hostUrl: import.meta.url });
