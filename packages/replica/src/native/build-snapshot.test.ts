import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { ManifestTicket } from '@eventpass/domain'
import type { HeardScan, ManifestStore } from '@eventpass/sync'
import {
  contentOf,
  digestOf,
  heardOf,
  inviteeOf,
  linkHasherOf,
  type ManifestContent,
  scanOf,
  ticketOf,
} from '@eventpass/sync/testing'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { packSnapshot, snapshotInput, withFolder } from '../testing.ts'
import { buildSnapshot } from './build-snapshot.ts'
import { openNativeStores } from './open-native-stores.ts'

/** Builds, imports and reads a manifest: the way from central to a replica. */
async function throughSnapshot<T>(
  content: ManifestContent,
  read: (store: ManifestStore) => Promise<T>,
): Promise<T> {
  const { gzip, bytes } = await packSnapshot(content)
  return withFolder(async (folder) => {
    const { snapshots } = await openNativeStores(folder, linkHasherOf)
    const download = await snapshots.begin('manifest-1', gzip.length)
    await download.write(gzip)
    const store = await download.finish(bytes)
    if (store === null) throw new Error('not taken')
    try {
      return await read(store)
    } finally {
      await store.close()
    }
  })
}

const ms = fc.option(fc.maxSafeInteger())
// A name is text: no NUL, which C strings end at, and no half of a surrogate pair.
const name = fc.string({ unit: 'binary', maxLength: 60 }).filter((text) => !text.includes('\0'))
const tickets = fc
  .array(
    fc.record({
      name: fc.oneof(name, fc.constantFrom('José', 'O’Brien', "a'b", '%_\\', 'ẞ', '')),
      category: fc.option(fc.nat(300)),
      state: fc.constantFrom('valid', 'reprinted', 'revoked', 'cancelled', 'unpaid'),
      stateAtMs: ms,
      blocked: fc.boolean(),
      validFromMs: ms,
      validUntilMs: ms,
      party: fc.option(fc.nat()),
      notice: fc.option(name),
    }),
    { maxLength: 40 },
  )
  .map((rows): ManifestTicket[] => rows.map((row, at) => ticketOf(at + 1, row as object)))

test('[RP8] every ticket comes out of a snapshot as it went in', async () => {
  await fc.assert(
    fc.asyncProperty(tickets, async (rows) => {
      const found = await throughSnapshot(contentOf({ tickets: rows }), (store) =>
        Promise.all(rows.map(({ digest }) => store.findTicket(digest))),
      )
      expect(found).toEqual(rows)
    }),
    { numRuns: 25 },
  )
})

test('[RP8] every use of the summary comes out as it went in', async () => {
  const scans: HeardScan[] = [
    heardOf(2, 1, 7, { ruling: { kind: 'confirmed' } }),
    heardOf(3, 1, 7, { ruling: { kind: 'superseded', by: scanOf(20_001) } }),
    heardOf(3, 2, 7, { act: 'void', target: scanOf(30_001), forced: true }),
    heardOf(3, 3, 7, { act: 'exit', ruling: { kind: 'voided', by: scanOf(5) } }),
  ]
  const uses = await throughSnapshot(contentOf({ scans }), (store) => store.findUses(inviteeOf(7)))
  expect(uses).toEqual(
    scans.map(({ id, deviceNo, branch, seq, ...use }) => ({ ...use, scan: id, own: false })),
  )
})

test('[RP8] what it says of the files is so, and the file needs nothing beside it', async () => {
  await withFolder(async (folder) => {
    const content = contentOf({ tickets: [ticketOf(1), ticketOf(2)] })
    const built = await buildSnapshot(snapshotInput(content, join(folder, 's.sqlite')))
    expect((await readdir(folder)).sort()).toEqual(['s.sqlite', 's.sqlite.gz'])
    const file = await readFile(join(folder, 's.sqlite'))
    const gzip = await readFile(built.gzipPath)
    const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
    expect(built).toMatchObject({
      rows: 2,
      bytes: file.length,
      sha256: sha256(file),
      gzipBytes: gzip.length,
      gzipSha256: sha256(gzip),
    })
    expect(gunzipSync(gzip).equals(file)).toBe(true)
    // Bytes 18 and 19 of the header: 1 is a rollback journal, 2 a WAL that would have to come along.
    expect([file[18], file[19]]).toEqual([1, 1])
  })
})

test('[RP8] a source that fails leaves no file behind', async () => {
  await withFolder(async (folder) => {
    const input = snapshotInput(contentOf(), join(folder, 's.sqlite'))
    const rows = (async function* () {
      yield ticketOf(1)
      throw new Error('the source broke')
    })()
    await expect(buildSnapshot({ ...input, rows })).rejects.toThrow('the source broke')
    expect(await readdir(folder)).toEqual([])
  })
})

test('[RP8] a digest that comes twice is refused, not dropped', async () => {
  const twice = contentOf({ tickets: [ticketOf(1), ticketOf(2, { digest: digestOf(1) })] })
  await expect(packSnapshot(twice)).rejects.toThrow('UNIQUE')
})
