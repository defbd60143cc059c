/**
 * Goal: an installation has one master key from its first start on, which nobody else reads.
 * Method: the real file system; many starts at once, and one that may create files but not fill them.
 */
import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadMasterKey } from './master-key.ts'

let dir: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'master-key-'))
})
afterAll(() => rm(dir, { recursive: true }))

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

test('starts at the same moment make one key, whole, for its owner alone, and leave nothing else', async () => {
  const keys = await Promise.all(Array.from({ length: 50 }, () => loadMasterKey(undefined, dir)))
  const distinct = new Set(keys.map(hex))
  expect(distinct.size).toBe(1)
  expect(await readdir(dir)).toEqual(['master.key'])
  expect(await readFile(join(dir, 'master.key'), 'utf8')).toBe(`${[...distinct][0]}\n`)
  expect((await stat(join(dir, 'master.key'))).mode & 0o777).toBe(0o600)
})

test('a first start that dies while it writes leaves no empty key behind', async () => {
  const path = await mkdtemp(join(dir, 'full-'))
  const script = `import { loadMasterKey } from ${JSON.stringify(new URL('./master-key.ts', import.meta.url).href)}
    await loadMasterKey(undefined, ${JSON.stringify(path)})`
  const words = ['--import', 'tsx', '--input-type=module', '-e', script]
  // No byte may be written to any file, as on a full disk.
  const limited = ['-c', 'ulimit -f 0; exec "$0" "$@"', process.execPath, ...words]
  await new Promise((resolve) => execFile('sh', limited, resolve))
  expect(await readdir(path)).not.toContain('master.key')
  expect(await loadMasterKey(undefined, path)).toHaveLength(32)
})

test('a given key goes before the kept one', async () => {
  expect(hex(await loadMasterKey('ab'.repeat(32), dir))).toBe('ab'.repeat(32))
})

test('a damaged key is never replaced by a new one', async () => {
  await writeFile(join(dir, 'master.key'), '')
  await expect(loadMasterKey(undefined, dir)).rejects.toThrow('Restore it from your backup')
})
