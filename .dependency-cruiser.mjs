/**
 * The layout table of docs/ARCHITECTURE.md as import rules. Arrows point to core: core names what it needs (ports)
 * and never who provides it. Type-only imports count: a type that leaks drags its package's vocabulary along.
 *
 * @type {import('dependency-cruiser').IConfiguration}
 */
export default {
  forbidden: [
    {
      name: 'shared-is-isomorphic',
      comment:
        'Shared code runs in the page, in Node and in Electron: it imports itself, zod and @orpc/contract only.',
      severity: 'error',
      from: { path: '^src/shared/' },
      to: { pathNot: ['^src/shared/', '^node_modules/(zod|@orpc/contract)/'] },
    },
    {
      name: 'core-knows-no-provider',
      comment:
        'Core is decisions: it imports shared and itself, and p-map, which only counts promises. What it needs from outside is a port in core/ports.',
      severity: 'error',
      from: { path: '^src/main/core/' },
      to: { pathNot: ['^src/shared/', '^src/main/core/', '^node_modules/p-map/'] },
    },
    {
      name: 'adapters-stand-alone',
      comment:
        'An adapter implements ports for one outside thing: it sees core/ports, core/schema (which tables track a migration), shared and its own folder, and below it system/ and content/ (durable files, hashed streams: Node itself, nothing outside). Two adapters meet in app/compose.ts.',
      severity: 'error',
      from: { path: '^src/main/adapters/([^/]+)/' },
      to: {
        path: '^(src|test|scripts)/',
        pathNot: [
          '^src/shared/',
          '^src/main/core/(ports|schema)/',
          '^src/main/adapters/($1|system|content)/',
        ],
      },
    },
    {
      name: 'app-serves-no-transport',
      comment:
        'The app composes adapters and core behind the router; it never knows which door calls it.',
      severity: 'error',
      from: { path: '^src/main/app/' },
      to: {
        path: '^(src|test|scripts)/',
        pathNot: ['^src/shared/', '^src/main/(core|adapters|app)/'],
      },
    },
    {
      name: 'hosts-decide-nothing',
      comment:
        'A host is a transport: it sees the app, shared, its own folder and what the doors share (engine thread, static files). Logic in a host would exist for one door only.',
      severity: 'error',
      from: { path: '^src/main/hosts/([^/]+)/' },
      to: {
        path: '^(src|test|scripts)/',
        pathNot: ['^src/shared/', '^src/main/app/', '^src/main/hosts/($1|engine|static)/'],
      },
    },
    {
      name: 'renderer-reaches-no-node',
      comment:
        'The page sees shared and itself, also indirectly: everything else comes through the contract.',
      severity: 'error',
      from: { path: '^src/renderer/' },
      to: { path: ['^src/(main|preload)/', '^(test|scripts)/'], reachable: true },
    },
    {
      name: 'renderer-imports-no-builtin',
      comment: 'There is no Node in the page.',
      severity: 'error',
      from: { path: '^src/renderer/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'preload-hands-over-a-port',
      comment: 'The preload moves one MessagePort: electron and the types of shared, nothing else.',
      severity: 'error',
      from: { path: '^src/preload/' },
      to: { pathNot: ['^src/preload/', '^src/shared/', '^node_modules/electron/'] },
    },
    {
      name: 'electron-in-one-place',
      comment:
        'Importing electron throws in plain Node: only hosts/electron and the preload may, or the other two doors stop opening.',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/main/hosts/electron/', '^src/preload/'] },
      to: { path: '^node_modules/electron/' },
    },
    {
      name: 'no-reach-into-electron-host',
      comment: 'Electron through the back door: whoever reaches its host reaches electron.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/main/hosts/electron/' },
      to: { path: '^src/main/hosts/electron/', reachable: true },
    },
    {
      name: 'drivers-behind-adapters',
      comment:
        'Vendor packages stay behind a port, so that their errors are translated once, at the edge.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/main/adapters/' },
      to: { path: '^node_modules/(better-sqlite3|pg|pg-[^/]+|@aws-sdk/[^/]+|miniflare)/' },
    },
    {
      name: 'no-development-package-at-run-time',
      comment:
        'Main and preload run from `dependencies`; a development package is absent once installed.',
      severity: 'error',
      from: { path: '^src/(main|shared|preload)/' },
      to: {
        dependencyTypes: ['npm-dev'],
        dependencyTypesNot: ['type-only'],
        pathNot: ['^node_modules/electron/', '^node_modules/@types/'],
      },
    },
    {
      name: 'product-knows-no-test',
      comment: 'What ships does not import what tests it.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|scripts)/' },
    },
    {
      name: 'no-circular',
      comment: 'Two modules that need each other are one module, or need a third.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-unresolvable',
      comment: 'An import that resolves to nothing fails only when that line runs.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(out|coverage|test-results)/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.cjs', '.json', '.d.ts'],
      mainFields: ['module', 'main', 'types', 'typings'],
    },
  },
};
