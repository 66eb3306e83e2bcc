import { defineConfig } from 'eslint/config';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

/** Packages that only one part of the tree may import, with what to use elsewhere. */
const electronOnlyInItsHost = {
  regex: '^electron(/|$)',
  message:
    'Only src/main/hosts/electron and src/preload know Electron. Use the contract (src/shared/contract) or a port.',
};
const driversOnlyInAdapters = [
  {
    regex: '^(better-sqlite3|pg|pg-[^/]+)(/|$)',
    message:
      'Drivers live in src/main/adapters. Use the MigrationDatabase or RunFile port (src/main/core/ports).',
  },
  {
    regex: '^@(aws-sdk|smithy)/',
    message:
      'The S3 client lives in src/main/adapters/r2. Use the ObjectStore port (src/main/core/ports).',
  },
  {
    regex: '^(miniflare|workerd)(/|$)',
    message:
      'Miniflare lives in src/main/adapters/sandbox. Use the sandbox port (src/main/core/ports).',
  },
];
const electronTypesOnly = { ...electronOnlyInItsHost, allowTypeImports: true };

const noDefaultExport = {
  selector:
    'ExportDefaultDeclaration, ExportSpecifier[exported.name="default"], ExportSpecifier[local.name="default"]',
  message: 'Export by name: a default export can be renamed by every importer.',
};
const functionsNotArrows = {
  selector:
    ':matches(Program, Program > ExportNamedDeclaration) > VariableDeclaration > VariableDeclarator[id.typeAnnotation=undefined] > ArrowFunctionExpression.init',
  message: 'Declare a top-level function: it is hoisted and has a name in stack traces.',
};
const noBooleanParameters = {
  selector:
    'ExportNamedDeclaration > FunctionDeclaration:not([returnType.typeAnnotation.asserts=true]) > .params[typeAnnotation.typeAnnotation.type="TSBooleanKeyword"]',
  message: "A boolean at a call says nothing. Use a union such as mode: 'verify' | 'repair'.",
};
const houseSyntax = [noDefaultExport, functionsNotArrows, noBooleanParameters];
const ambientTimeAndChance = [
  {
    selector: 'CallExpression[callee.object.name="Date"][callee.property.name="now"]',
    message:
      'Time is a port: take a Clock (src/main/core/ports/clock.ts), so that tests are exact.',
  },
  {
    selector: 'NewExpression[callee.name="Date"][arguments.length=0]',
    message:
      'Time is a port: take a Clock (src/main/core/ports/clock.ts), so that tests are exact.',
  },
  {
    selector: 'CallExpression[callee.object.name="Math"][callee.property.name="random"]',
    message: 'Ids are a port: take Ids (src/main/core/ports/ids.ts), so that tests are exact.',
  },
];
const rawIpc = {
  selector:
    'CallExpression[callee.object.name=/^ipc(Main|Renderer)$/][callee.property.name=/^(handle|handleOnce|invoke|send|sendSync|sendToHost)$/]',
  message: 'Calls go through the contract over the MessagePort. IPC only hands that port over.',
};
const noModuleMocks = {
  selector: 'CallExpression[callee.object.name="vi"][callee.property.name=/^(mock|doMock)$/]',
  message:
    'No module mocks: pass a fake that passes its port’s conformance suite, or the real part.',
};

/**
 * A suppression without a reason is a rule nobody believes in.
 *
 * @type {import('eslint').Rule.RuleModule}
 */
const reasonedSuppression = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    return {
      Program() {
        for (const comment of context.sourceCode.getAllComments()) {
          const isSuppression = /^\s*eslint-disable/.test(comment.value);
          if (isSuppression && comment.loc && !/\s--\s+\S/.test(comment.value)) {
            context.report({
              loc: comment.loc,
              message: 'Say why after `--`, or fix what the rule found.',
            });
          }
        }
      },
    };
  },
};

/**
 * @param {...object} patterns
 * @returns {import('eslint').Linter.RuleEntry}
 */
function restrictImports(...patterns) {
  return ['error', { patterns }];
}

/**
 * No warnings level: a rule is an error or it is off.
 *
 * @param {object} rules
 * @returns {import('eslint').Linter.RulesRecord}
 */
function asErrors(rules) {
  return Object.fromEntries(Object.keys(rules).map((name) => [name, 'error']));
}

export default defineConfig(
  { ignores: ['out/', 'dist/', 'coverage/', 'test-results/'] },
  {
    files: ['**/*.{ts,tsx,js,mjs}'],
    extends: [tseslint.configs.strictTypeChecked],
    plugins: { house: { rules: { 'reasoned-suppression': reasonedSuppression } } },
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      'house/reasoned-suppression': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-restricted-imports': restrictImports(
        electronOnlyInItsHost,
        ...driversOnlyInAdapters,
      ),
      'no-restricted-syntax': ['error', ...houseSyntax],
      // Counts and sizes go into messages all the time, and a number prints as one expects.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // `const { secret: _secret, ...rest } = value` is how a field is left out of a copy.
      '@typescript-eslint/no-unused-vars': [
        'error',
        { args: 'after-used', ignoreRestSiblings: true },
      ],
      // `() => close()` as a callback is the house form; the void it returns is never read.
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // Ports are asynchronous, some drivers are not: `async` turns a driver's throw into the rejection a port promises.
      '@typescript-eslint/require-await': 'off',
      // `while (true)` with a return inside is the plain form of a paging loop.
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
    },
  },
  {
    files: ['src/**'],
    rules: { 'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }] },
  },
  {
    files: ['src/shared/**', 'src/main/core/**'],
    rules: { 'no-restricted-syntax': ['error', ...houseSyntax, ...ambientTimeAndChance] },
  },
  {
    files: ['src/main/adapters/**'],
    rules: { '@typescript-eslint/no-restricted-imports': restrictImports(electronOnlyInItsHost) },
  },
  {
    files: ['src/main/hosts/electron/**', 'src/preload/**'],
    rules: {
      '@typescript-eslint/no-restricted-imports': restrictImports(...driversOnlyInAdapters),
      'no-restricted-syntax': ['error', ...houseSyntax, rawIpc],
    },
  },
  {
    files: ['src/renderer/**'],
    extends: [reactHooks.configs.flat.recommended],
    rules: {
      ...asErrors(reactHooks.configs.flat.recommended.rules),
      // Reports that a component is left uncompiled by the React compiler, which this build does not use.
      'react-hooks/incompatible-library': 'off',
    },
  },
  {
    files: ['test/**'],
    rules: {
      '@typescript-eslint/no-restricted-imports': restrictImports(electronTypesOnly),
      'no-restricted-syntax': ['error', noDefaultExport, noModuleMocks],
      // `expect.any(String)` inside an expected value is typed any; what it stands for is checked at run time.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      // Builders give objects of closures, which know no `this`: a test takes out the ones it needs.
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    files: ['scripts/**'],
    rules: { '@typescript-eslint/no-restricted-imports': restrictImports(electronOnlyInItsHost) },
  },
  {
    // Their tools ask for a default export.
    files: ['*.config.{ts,js}', '.dependency-cruiser.mjs', 'scripts/skip-reporter.mjs'],
    rules: { 'no-restricted-syntax': 'off' },
  },
);
