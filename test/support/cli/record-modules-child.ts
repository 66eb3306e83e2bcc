import { appendFileSync } from 'node:fs';
import { registerHooks } from 'node:module';

// Preloaded into a child: writes the URL of every module that it loads to the file in MODULE_LIST.
const list = process.env['MODULE_LIST'] ?? '';
registerHooks({
  load: (url, context, nextLoad) => {
    appendFileSync(list, `${url}\n`);
    return nextLoad(url, context);
  },
});
