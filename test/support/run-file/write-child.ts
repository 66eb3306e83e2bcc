import { openRunFiles } from '../../../src/main/adapters/run-file/run-files.ts';

/** Begins a run, writes one intent, says so and waits to be killed. Arguments: folder, run id. */
const [folder = '', runId = ''] = process.argv.slice(2);
const runFile = openRunFiles(folder).open(runId, 'write');
runFile.beginRun({
  startedAt: 'now',
  startedBy: { user: 'ada', host: 'jump', pid: process.pid, door: 'cli' },
  runTime: 'now',
  reason: null,
});
runFile.appendIntent({ step: 'reset-rows', at: 'now', firstSeq: 1, lastSeq: 1, itemCount: 1 });
process.stdout.write('written\n');
setInterval(() => undefined, 1_000);
