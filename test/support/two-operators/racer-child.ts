import { drained, errorOf, openApp } from '../migration/open-app.ts';
import type { RacerAnswer, RacerOrder } from './racer.ts';

/** Child process of the races: an operator of its own, who obeys orders on the target of its environment. */
const env = Object.fromEntries(
  Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  ),
);
const app = await openApp(env);

async function obey(order: RacerOrder): Promise<RacerAnswer> {
  const { runId } = order;
  const call =
    order.act === 'resume'
      ? app.client.run.resume({ runId })
      : app.client.run.start({ runId, digest: order.digest, confirmation: order.confirmation });
  const refused = await call.then(
    () => undefined,
    () => errorOf(call),
  );
  if (refused !== undefined) {
    return { code: refused.code, message: refused.message, state: null };
  }
  await drained(await app.client.run.watch({ runId }));
  return { code: null, message: '', state: (await app.client.run.get({ runId })).state };
}

process.on('message', (order: RacerOrder) => {
  void obey(order).then((answer) => process.send?.(answer));
});
process.send?.('ready');
