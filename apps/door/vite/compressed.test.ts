/**
 * Goal: what lies beside a built file is that file, and nothing lies there in vain.
 * Method: a folder with files that pack well, badly and not at all.
 */
import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { compressFiles } from './compressed.ts'

test('large files get a Brotli and a gzip of the same bytes, also below; small, packed and random ones get none', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'eventpass-compressed-'))
  const script = 'scan(1);'.repeat(1_000)
  try {
    await mkdir(join(folder, 'assets'))
    for (const [name, bytes] of [
      ['sw.js', script],
      ['assets/app.js', script],
      ['small.js', 'scan(1)'],
      ['icon.png', script],
      ['noise.wasm', randomBytes(5_000)],
    ] as const) {
      await writeFile(join(folder, name), bytes)
    }
    compressFiles(folder)
    compressFiles(folder)
    const names = await readdir(folder, { recursive: true })
    const beside = names.filter((name) => /[.](br|gz)$/.test(name)).sort()
    expect(beside).toEqual(['assets/app.js.br', 'assets/app.js.gz', 'sw.js.br', 'sw.js.gz'])
    for (const name of beside) {
      const unpack = name.endsWith('.br') ? brotliDecompressSync : gunzipSync
      expect(unpack(await readFile(join(folder, name))).toString()).toBe(script)
    }
  } finally {
    await rm(folder, { recursive: true })
  }
})
