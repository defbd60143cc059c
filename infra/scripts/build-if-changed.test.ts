import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { sourceKey } from './build-if-changed.mjs'
import { isNodeNewEnough } from './install.mjs'

let top: string

beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), 'eventpass-build-'))
  write('pnpm-lock.yaml', 'lockfileVersion: 9')
  write('packages/tooling/tsconfig/base.json', '{}')
  write('apps/door/package.json', '{"dependencies":{"@eventpass/token":"workspace:*"}}')
  write('apps/door/src/main.ts', 'export const door = 1')
  write('packages/token/package.json', '{"name":"@eventpass/token"}')
  write('packages/token/src/index.ts', 'export const token = 1')
  mkdirSync(join(top, 'apps/door/node_modules/@eventpass'), { recursive: true })
  symlinkSync(join(top, 'packages/token'), join(top, 'apps/door/node_modules/@eventpass/token'))
})

afterEach(() => rmSync(top, { recursive: true, force: true }))

test('an app is built again when it, a package below it or the lockfile changes', () => {
  const keys = [sourceKey(top, 'apps/door')]
  const changes = ['apps/door/src/main.ts', 'packages/token/src/index.ts', 'pnpm-lock.yaml']
  for (const file of [
    ...changes,
    'apps/door/public/new.svg',
    'packages/tooling/tsconfig/base.json',
  ]) {
    write(file, `changed: ${file}`)
    keys.push(sourceKey(top, 'apps/door'))
  }
  expect(new Set(keys).size).toBe(6)
})

test('an app is not built again for a test, a document, a build or a package beside it', () => {
  const before = sourceKey(top, 'apps/door')
  write('apps/door/src/main.test.ts', 'a test')
  write('apps/door/e2e/scan.spec.ts', 'a test in the browser')
  write('apps/door/SPEC.md', 'a document')
  write('apps/door/dist/index.html', 'what a build left')
  write('packages/sheets/src/index.ts', 'a package that it does not use')
  expect(sourceKey(top, 'apps/door')).toBe(before)
})

test('Node is new enough from 20.19 on', () => {
  const versions = ['18.20.4', '20.18.3', '20.19.0', '22.0.0', '24.1.0']
  expect(versions.map(isNodeNewEnough)).toEqual([false, false, true, true, true])
})

function write(file: string, text: string): void {
  const path = join(top, file)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}
