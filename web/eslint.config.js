import js from '@eslint/js'
import reactHooks from 'eslint-plugin-react-hooks'
import globals from 'globals'
import tseslint from 'typescript-eslint'

import { textAlone } from './eslint/textAlone.js'

/** What style.md asks for and a linter can see. */
const house = {
  '@typescript-eslint/no-explicit-any': 'error',
  '@typescript-eslint/consistent-type-imports': 'error',
  '@typescript-eslint/switch-exhaustiveness-check': 'error',
  '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
  '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
  // The house style is inference and `type`; `interface` stays for what classes implement.
  '@typescript-eslint/consistent-type-definitions': 'off',
  '@typescript-eslint/no-confusing-void-expression': [
    'error',
    { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
  ],
  eqeqeq: ['error', 'always', { null: 'ignore' }],
  'no-restricted-syntax': [
    'error',
    { selector: 'TSEnumDeclaration', message: 'Use a union of string literals.' },
    { selector: 'ExportDefaultDeclaration', message: 'Use named exports.' },
  ],
}

const config = tseslint.config(
  { ignores: ['**/dist', '**/node_modules', 'packages/client/src/generated'] },
  js.configs.recommended,
  {
    files: ['**/*.{ts,tsx}'],
    extends: [...tseslint.configs.strictTypeChecked, reactHooks.configs.flat['recommended-latest']],
    languageOptions: {
      globals: globals.browser,
      parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname },
    },
    rules: house,
  },
  {
    // Apps that embed the packages compile their sources, some without `strict`: only a comparison
    // tells the parts of a union apart there.
    files: ['packages/*/src/**/*.{ts,tsx}'],
    rules: { '@typescript-eslint/no-unnecessary-boolean-literal-compare': 'off' },
  },
  {
    files: ['packages/*/src/**/*.tsx', 'app/src/**/*.tsx'],
    ignores: ['**/*.test.tsx'],
    plugins: { parley: { rules: { 'text-alone': textAlone } } },
    rules: { 'parley/text-alone': 'error' },
  },
  {
    files: ['**/*.test.{ts,tsx}', '**/test/**/*.{ts,tsx}'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/require-await': 'off',
    },
  },
  // Tools load these files by their default export.
  { files: ['*.config.{js,ts}', 'app/*.config.{js,ts}'], rules: { 'no-restricted-syntax': 'off' } },
  {
    files: ['**/*.{js,mjs}'],
    ignores: ['app/public/**'],
    languageOptions: { globals: globals.node },
  },
  { files: ['app/public/sw.js'], languageOptions: { globals: globals.serviceworker } },
)

export default config
