import { d1Floors } from './d1-floors.ts';
import { peakMiB } from './peak-memory.ts';
import { postgresFloors } from './postgres-floors.ts';

const floors = { d1: d1Floors, postgres: postgresFloors };

/**
 * The floors that run in Node, in a process of their own: `<plan|reset> <database kind> <where>`. Prints seconds and peak memory as JSON.
 */
const [work = '', kind = '', where = ''] = process.argv.slice(2);
if (kind !== 'd1' && kind !== 'postgres') throw new Error(`There is no floor for ${kind}.`);
if (work !== 'plan' && work !== 'reset') throw new Error(`There is no floor for ${work}.`);
const startedMs = performance.now();
const startedCpu = process.cpuUsage();
const rows = await floors[kind][work](where);
const seconds = (performance.now() - startedMs) / 1_000;
const cpu = process.cpuUsage(startedCpu);
const cpuSeconds = (cpu.user + cpu.system) / 1e6;
process.stdout.write(JSON.stringify({ seconds, cpuSeconds, rows, peakMiB: peakMiB() }));
