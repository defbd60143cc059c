import { cp, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ScanBody } from '@eventpass/domain'
import { WriteRefusedError } from '@eventpass/sync'
import {
  contentOf,
  hashOf,
  inviteeOf,
  linkHasherOf,
  ownScanOf,
  ticketOf,
} from '@eventpass/sync/testing'
import { createClient } from '@libsql/client'
import { expect, test } from 'vitest'
import { openNativeDisk } from '../native/native-disk.ts'
import { packSnapshot, toFormat1Sql, withFolder } from '../testing.ts'
import { createLedgerFiles, openLedger } from './ledger-files.ts'
import { createSnapshotFiles } from './snapshot-files.ts'

const content = contentOf({ tickets: [ticketOf(1), ticketOf(2)] })

async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

test('[RP4] a ledger of a newer app is not opened, and not one byte of it changes', async () => {
  await withFolder(async (folder) => {
    const disk = await openNativeDisk(folder)
    const opened = await openLedger(disk, 'ledger-1', linkHasherOf)
    if (opened.ok) await opened.value.close()
    const path = join(folder, 'ledger-1.sqlite')
    const client = createClient({ url: `file:${path}`, concurrency: 1 })
    await client.executeMultiple('PRAGMA user_version = 3; PRAGMA wal_checkpoint(truncate)')
    client.close()
    const before = await readFile(path)

    expect(await openLedger(disk, 'ledger-1', linkHasherOf)).toEqual({
      ok: false,
      failure: { kind: 'newer_format', name: 'ledger-1', format: 3 },
    })
    await expect(createLedgerFiles(disk, linkHasherOf).open('ledger-1')).rejects.toThrow(
      'Update this one',
    )
    expect((await readFile(path)).equals(before)).toBe(true)
  })
})

test('[RP4] a ledger of the older app, which kept each hash twice, opens with all it held', async () => {
  await withFolder(async (folder) => {
    const disk = await openNativeDisk(folder)
    const ledgers = createLedgerFiles(disk, linkHasherOf)
    const before = await ledgers.open('ledger-1')
    for (const seq of [1, 2, 3]) await before.commitScan(ownScanOf(seq, seq))
    await before.applyReceipt({ throughSeq: 1, hash: hashOf(1), incarnation: 'one' })
    await before.close()
    const older = createClient({ url: `file:${join(folder, 'ledger-1.sqlite')}`, concurrency: 1 })
    await older.executeMultiple(toFormat1Sql)
    older.close()

    const ledger = await ledgers.open('ledger-1')
    expect(await ledger.findPending(9)).toEqual([ownScanOf(2, 2), ownScanOf(3, 3)])
    expect(await ledger.findUses(inviteeOf(1))).toHaveLength(1)
    await ledger.commitScan(ownScanOf(4, 4))
    expect(await ledger.head()).toEqual({ seq: 4, hash: hashOf(4) })
    await ledger.close()
    const client = await disk.openDatabase('ledger-1')
    expect((await client.execute('PRAGMA user_version')).rows[0]?.user_version).toBe(2)
    client.close()
  })
})

test('a chain tells its own hashes: only the last link is hashed to be read', async () => {
  await withFolder(async (folder) => {
    const hashed: number[] = []
    const ledgers = createLedgerFiles(await openNativeDisk(folder), async (prev, bytes) => {
      hashed.push((JSON.parse(bytes) as ScanBody).seq)
      return linkHasherOf(prev, bytes)
    })
    const ledger = await ledgers.open('ledger-1')
    for (const seq of [1, 2, 3]) await ledger.commitScan(ownScanOf(seq, seq))
    expect(hashed.splice(0)).toEqual([1, 2, 3])
    expect(await ledger.findPending(9)).toEqual([1, 2, 3].map((seq) => ownScanOf(seq, seq)))
    expect(await ledger.applyReceipt({ throughSeq: 2, hash: hashOf(2), incarnation: 'one' })).toBe(
      true,
    )
    expect(hashed).toEqual([3])
    await ledger.close()
  })
})

test('[RP4] a manifest of another format is not opened', async () => {
  const { gzip, bytes } = await packSnapshot(content)
  await withFolder(async (folder) => {
    const files = createSnapshotFiles(await openNativeDisk(folder))
    const download = await files.begin('manifest-1', gzip.length)
    await download.write(gzip)
    await (await download.finish(bytes))?.close()
    const client = createClient({
      url: `file:${join(folder, 'manifest-1.sqlite')}`,
      concurrency: 1,
      timeout: 5_000,
    })
    await client.execute('PRAGMA user_version = 99')
    client.close()
    expect(await files.open('manifest-1')).toBe(null)
  })
})

test('[RP7] a damaged ledger is told by name and can be kept aside with what it holds', async () => {
  await withFolder(async (folder) => {
    const disk = await openNativeDisk(folder)
    const damaged = Buffer.alloc(8_192, 'not a database ')
    const ledgers = createLedgerFiles(disk, linkHasherOf)
    expect(await ledgers.aside()).toEqual([])
    for (const kept of ['ledger-1.sqlite', 'ledger-1-2.sqlite']) {
      await writeFile(join(folder, 'ledger-1.sqlite'), damaged)
      expect(await openLedger(disk, 'ledger-1', linkHasherOf)).toEqual({
        ok: false,
        failure: { kind: 'damaged', name: 'ledger-1' },
      })
      const path = await disk.keepAside('ledger-1')
      expect(path).toBe(join(folder, 'rescue', kept))
      expect((await readFile(path)).equals(damaged)).toBe(true)
    }
    expect(await ledgers.list()).toEqual([])
    const keptAs = (file: string) => join(folder, 'rescue', file)
    await writeFile(keptAs('ledger-1.sqlite-wal'), '')
    await writeFile(keptAs('journal-1.sqlite'), '')
    const aside = [...(await ledgers.aside())].sort((a, b) => b.keptAs.localeCompare(a.keptAs))
    expect(aside).toEqual([
      { name: 'ledger-1', keptAs: keptAs('ledger-1.sqlite') },
      { name: 'ledger-1', keptAs: keptAs('ledger-1-2.sqlite') },
    ])
  })
})

test('[RP7] what lay in the WAL of a damaged ledger is kept aside too', async () => {
  await withFolder(async (folder) => {
    const used = join(folder, 'used')
    const left = join(folder, 'left')
    const commit = async (seq: number) => {
      const ledger = await createLedgerFiles(await openNativeDisk(used), linkHasherOf).open(
        'ledger-1',
      )
      await ledger.commitScan(ownScanOf(seq, 7))
      return ledger
    }
    await (await commit(1)).close()
    const client = createClient({ url: `file:${join(used, 'ledger-1.sqlite')}`, concurrency: 1 })
    await client.execute('PRAGMA wal_checkpoint(truncate)')
    client.close()
    // As a killed process leaves it: the second scan is in the WAL alone.
    const killed = await commit(2)
    await cp(used, left, { recursive: true })
    await killed.close()
    const path = join(left, 'ledger-1.sqlite')
    await writeFile(path, (await readFile(path)).fill(0xee, 4_096))

    const disk = await openNativeDisk(left)
    expect((await openLedger(disk, 'ledger-1', linkHasherOf)).ok).toBe(false)
    await disk.keepAside('ledger-1')
    const rescued = join(left, 'rescue')
    const bytes = await Promise.all(
      (await readdir(rescued)).map((name) => readFile(join(rescued, name))),
    )
    const kept = (seq: number) => bytes.some((file) => file.includes(ownScanOf(seq, 7).bytes))
    expect([1, 2, 3].map(kept)).toEqual([true, true, false])
  })
})

test('[RP1] a name that was imported is neither begun nor written again', async () => {
  const { gzip, bytes } = await packSnapshot(content)
  await withFolder(async (folder) => {
    const disk = await openNativeDisk(folder)
    const files = createSnapshotFiles(disk)
    const download = await files.begin('manifest-1', gzip.length)
    await download.write(gzip)
    await (await download.finish(bytes))?.close()
    await expect(files.begin('manifest-1', gzip.length)).rejects.toThrow('used once')
    await expect(disk.writeDatabase('manifest-1', one(gzip))).rejects.toThrow('new name')
  })
})

test('[RP1] a process that ended between import and clean-up leaves a name that can be tried again', async () => {
  const { gzip, bytes } = await packSnapshot(content)
  await withFolder(async (folder) => {
    const disk = await openNativeDisk(folder)
    const files = createSnapshotFiles(disk)
    const first = await files.begin('manifest-1', gzip.length)
    await first.write(gzip)
    await first.pause()
    await disk.writeDatabase('manifest-1', one(new TextEncoder().encode('half of a file')))

    const second = await files.begin('manifest-1', gzip.length)
    expect(second.keptBytes).toBe(gzip.length)
    const store = await second.finish(bytes)
    expect((await store?.info())?.revision).toBe(content.revision)
    await store?.close()
  })
})

test('[RP2] a kept part that is longer than the announced download is begun anew', async () => {
  await withFolder(async (folder) => {
    const files = createSnapshotFiles(await openNativeDisk(folder))
    const first = await files.begin('manifest-1', 100)
    await first.write(new Uint8Array(80))
    await first.pause()
    const second = await files.begin('manifest-1', 60)
    expect(second.keptBytes).toBe(0)
    await second.pause()
  })
})

test('[RP2] a gzip that holds more than was announced is not unpacked to its end', async () => {
  const { gzip } = await packSnapshot(content)
  await withFolder(async (folder) => {
    const files = createSnapshotFiles(await openNativeDisk(folder))
    const download = await files.begin('manifest-1', gzip.length)
    await download.write(gzip)
    expect(await download.finish(4_096)).toBe(null)
    expect(await readdir(folder)).toEqual(['manifest-1.part'])
  })
})

test('[RP9] a damaged manifest is not opened and costs the ledger nothing', async () => {
  const { gzip, bytes } = await packSnapshot(content)
  await withFolder(async (folder) => {
    const disk = await openNativeDisk(folder)
    const files = createSnapshotFiles(disk)
    const ledger = await createLedgerFiles(disk, linkHasherOf).open('ledger-1')
    await ledger.commitScan(ownScanOf(1, 7))
    const download = await files.begin('manifest-1', gzip.length)
    await download.write(gzip)
    await (await download.finish(bytes))?.close()

    const path = join(folder, 'manifest-1.sqlite')
    const damaged = (await readFile(path)).fill(0xee, 4_096, 8_192)
    await files.remove('manifest-1')
    await writeFile(path, damaged)
    expect(await files.open('manifest-1')).toBe(null)
    expect((await ledger.findPending(10)).map(({ body }) => body.seq)).toEqual([1])
    await ledger.close()
  })
})

test('names that could leave their folder are refused', async () => {
  await withFolder(async (folder) => {
    const disk = await openNativeDisk(folder)
    for (const name of ['../ledger-1', 'ledger/1', '', 'LEDGER-1', 'ledger-1.sqlite']) {
      await expect(disk.openDatabase(name)).rejects.toThrow('is no name for a database file')
    }
  })
})

test('[RP2] a download for which the disk has no room says so, whichever step found it', async () => {
  await withFolder(async (folder) => {
    const disk = await openNativeDisk(folder)
    const full = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
    const refuse = () => Promise.reject(full)
    const begins = createSnapshotFiles({ ...disk, openPart: refuse })
    await expect(begins.begin('manifest-1', 10)).rejects.toThrow(WriteRefusedError)
    const writes = createSnapshotFiles({
      ...disk,
      openPart: async (name) => ({ ...(await disk.openPart(name)), append: refuse }),
      writeDatabase: refuse,
    })
    const download = await writes.begin('manifest-1', 10)
    await expect(download.write(new Uint8Array(10))).rejects.toThrow(WriteRefusedError)
    await expect(download.finish(10)).rejects.toThrow(WriteRefusedError)
  })
})
