/**
 * Goal: the repository is laid out as its documents say, and its documents say what is there.
 * Method: folders, manifests and the words of README.md and plan/architecture.md, compared.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { slowFiles } from './slow-first.ts'

const root = join(import.meta.dirname, '../..')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const foldersIn = (path: string): string[] =>
  readdirSync(join(root, path), { withFileTypes: true })
    .filter(
      (entry) => entry.isDirectory() && existsSync(join(root, path, entry.name, 'package.json')),
    )
    .map((entry) => `${path}/${entry.name}`)

const homes = [...foldersIn('apps'), ...foldersIn('packages'), 'plan']

interface Manifest {
  readonly name?: string
  readonly private?: boolean
  readonly type?: string
  readonly scripts?: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
}
const manifestOf = (home: string): Manifest => JSON.parse(read(`${home}/package.json`))

test('the skeleton stands: the server, the pages, the workers, what they share, and the services', () => {
  for (const path of [
    'apps/server/src/main.ts',
    'apps/workers/src/main.ts',
    'apps/admin/package.json',
    'apps/door/index.html',
    'apps/cli/bin/eventpass.mjs',
    'packages/domain/src/index.ts',
    'packages/tooling/package.json',
    'infra/docker/docker-compose.yml',
    'plan/ai-rules.json',
  ]) {
    expect([path, existsSync(join(root, path))]).toEqual([path, true])
  }
})

test('the workspace is one: every part is in it, private, an ES module, and of its folder’s name', () => {
  const globs = [...read('pnpm-workspace.yaml').matchAll(/^ {2}- (\S+)$/gm)].map(([, glob]) => glob)
  expect(globs).toEqual(['apps/*', 'packages/*', 'plan'])
  for (const home of homes) {
    const { name, type, private: hidden } = manifestOf(home)
    const expected = { name: `@eventpass/${home.split('/').at(-1)}`, type: 'module', hidden: true }
    expect({ name, type, hidden }).toEqual(expected)
  }
})

test('the workspace has one version of everything: from the catalog, or from here', () => {
  const known = new Set(homes.map((home) => manifestOf(home).name))
  const catalog = read('pnpm-workspace.yaml').split('\ncatalog:\n')[1] ?? ''
  for (const home of ['.', ...homes]) {
    const { dependencies, devDependencies } = manifestOf(home)
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
      const own = version === 'workspace:*' && known.has(name)
      const listed = version === 'catalog:' && catalog.includes(name)
      expect([home, name, own || listed]).toEqual([home, name, true])
    }
  }
})

test('the top level holds what the house has, and nothing beside it', () => {
  const made = ['node_modules', 'test-results', 'playwright-report']
  const there = readdirSync(root).filter((name) => !name.startsWith('.') && !made.includes(name))
  expect(there.sort()).toEqual(
    [
      'README.md',
      'apps',
      'drizzle.config.ts',
      'infra',
      'package.json',
      'packages',
      'plan',
      'playwright.config.ts',
      'pnpm-lock.yaml',
      'pnpm-workspace.yaml',
    ].sort(),
  )
})

test('the README names commands that are there', () => {
  const scripts = new Set(Object.keys(manifestOf('.').scripts ?? {}))
  const own = new Set(['exec', 'install'])
  const named = [...read('README.md').matchAll(/(?:^|`)(?:pnpm|npm run) ([a-z][\w:-]*)/gm)]
    .map(([, name = '']) => name)
    .concat([...read('README.md').matchAll(/\bnpm (start|test)\b/g)].map(([, name = '']) => name))
    .filter((name) => !own.has(name))
  expect(named.length).toBeGreaterThan(5)
  expect(named.filter((name) => !scripts.has(name))).toEqual([])
})

test.each(['README.md', 'plan/architecture.md'])('%s names files that are there', (document) => {
  const text = read(document)
  const named = [...text.matchAll(/[`(]((?:apps|packages|infra|plan|\.env)[\w./-]*\w)[`)]/g)]
    .map(([, path = '']) => path)
    .filter((path) => !existsSync(join(root, path)))
  expect(named).toEqual([])
})

test('plan/architecture.md leaves no app and no package out', () => {
  const text = read('plan/architecture.md')
  const missing = homes
    .map((home) => home.split('/').at(-1) ?? '')
    .filter((name) => !new RegExp(`\`(?:apps/|packages/)?${name}\``).test(text))
  expect(missing).toEqual([])
})

test('the tests that are begun first are there', () => {
  expect(slowFiles.filter((path) => !existsSync(join(root, path)))).toEqual([])
})
