import type { ObjectFacts } from '../../../shared/domain/plan.ts';
import type { R2Connection } from './connect-r2.ts';
import { listPage } from './list-page.ts';

/** Streams the objects under `prefix`: see `ObjectStore.list`. */
export async function* listPrefix(
  r2: R2Connection,
  prefix: string,
  after?: string,
): AsyncGenerator<readonly ObjectFacts[]> {
  const request = { tried: `list objects under "${prefix}"`, prefix };
  let page = await listPage(r2, after === undefined ? request : { ...request, startAfter: after });
  while (page.objects.length > 0) {
    yield page.objects;
    const last = page.objects.at(-1);
    if (!page.more || last === undefined) return;
    // Goes on by key and not by the server's token: a page that failed can be asked for again.
    page = await listPage(r2, { ...request, startAfter: last.key });
  }
}
