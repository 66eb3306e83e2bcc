/** The program of the sandbox's server process, for the host that runs it. */
export { serveSandbox } from '../adapters/sandbox/serve-sandbox.ts';
