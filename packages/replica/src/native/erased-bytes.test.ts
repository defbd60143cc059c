/**
 * Goal: of a person who was erased no byte is left in the files of a gate.
 * Method: many rows of uneven size, so that pages are split and rebuilt; some are erased; then every
 * file of the folder is read as it lies on disk.
 */
import { copyFile, mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { erasedName, type ManifestTicket } from '@eventpass/domain'
import { type ManifestDelta, ticketToRow } from '@eventpass/sync'
import {
  contentOf,
  digestOf,
  linkHasherOf,
  ownScanOf,
  scanOf,
  ticketOf,
} from '@eventpass/sync/testing'
import { expect, test } from 'vitest'
import { packSnapshot, withFolder } from '../testing.ts'
import { openNativeStores } from './open-native-stores.ts'

const people = 400
const erased = Array.from({ length: people / 8 }, (_, at) => 8 * at + 3)
const markOf = (no: number) => `Zoraida-${no}-Quill`
const personOf = (no: number, version: number): ManifestTicket => ({
  ...ticketOf(no, { party: no % 2 === 0 ? no : null }),
  // Spread over the whole range, as digests are: every delta meets every page.
  digest: spread(no),
  name: `${markOf(no)} ${'x'.repeat((no * 7 + version * 31) % 90)}`,
  notice: (no + version) % 3 === 0 ? `Notice for ${markOf(no)} ${'y'.repeat(no % 200)}` : null,
})

test('[GD1] a manifest says nothing of who was erased, in no page and no log', async () => {
  await withFolder(async (folder) => {
    const first = Array.from({ length: people }, (_, at) => personOf(at + 1, 0))
    const content = contentOf({ tickets: first })
    const { gzip, bytes } = await packSnapshot(content)
    const { snapshots } = await openNativeStores(folder, linkHasherOf)
    const download = await snapshots.begin('manifest-1', gzip.length)
    await download.write(gzip)
    const store = await download.finish(bytes)
    if (!store) throw new Error('The snapshot is whole.')
    let { revision } = content
    const apply = async (tickets: readonly ManifestTicket[]) => {
      await store.apply(deltaOf(content.event, revision, tickets))
      revision += 1
    }
    for (let version = 1; version <= 6; version += 1) {
      const some = first.filter((_, at) => (at * 5 + version) % 3 === 0)
      await apply(some.map(({ invitee }) => personOf(invitee, version)))
    }
    expect(await namedIn(folder)).toEqual(erased)
    await apply(erased.map((no) => blankOf(no)))
    expect(await namedIn(folder)).toEqual([])
    expect((await store.findTicket(spread(1)))?.name).toContain(markOf(1))
    expect((await store.findTicket(spread(3)))?.name).toBe(erasedName)
    await store.close()
  })
})

test('[GD1] a ledger says nothing of who was erased, in no page and no log', async () => {
  await withFolder(async (folder) => {
    const { ledgers } = await openNativeStores(folder, linkHasherOf)
    const ledger = await ledgers.open('ledger-1')
    for (let seq = 1; seq <= people; seq += 1) {
      const note = { salt: '0'.repeat(32), text: `${markOf(seq)} ${'z'.repeat((seq * 13) % 700)}` }
      const texts = { code: null, answer: null, note }
      await ledger.commitScan({ ...ownScanOf(seq, seq), name: markOf(seq), texts })
    }
    expect(await namedIn(folder)).toEqual(erased)
    await ledger.rename(erased.map((no) => ({ digest: digestOf(no), name: null })))
    expect(await namedIn(folder)).toEqual([])
    expect((await ledger.getScan(scanOf(4)))?.texts.note?.text).toContain(markOf(4))
    await ledger.close()
  })
})

test('[GD1] a process that is killed before it emptied the log does so at its next start', async () => {
  await withFolder(async (folder) => {
    const killed = join(folder, 'killed')
    await mkdir(killed)
    const { ledgers } = await openNativeStores(folder, linkHasherOf)
    const ledger = await ledgers.open('ledger-1')
    await ledger.commitScan({ ...ownScanOf(1, 3), name: markOf(3) })
    for (const name of ['ledger-1.sqlite', 'ledger-1.sqlite-wal']) {
      await copyFile(join(folder, name), join(killed, name))
    }
    await ledger.close()
    expect(await namedIn(killed)).toEqual([3])
    const wal = async () => (await readFile(join(killed, 'ledger-1.sqlite-wal'))).length
    expect(await wal()).toBeGreaterThan(0)
    const again = await (await openNativeStores(killed, linkHasherOf)).ledgers.open('ledger-1')
    expect(await wal()).toBe(0)
    await again.close()
  })
})

/** Which of those who were erased some file of the folder still names. */
async function namedIn(folder: string): Promise<readonly number[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  const bytes = await Promise.all(files.map(({ name }) => readFile(join(folder, name), 'latin1')))
  return erased.filter((no) => bytes.some((file) => file.includes(markOf(no))))
}

function spread(no: number) {
  const prefix = ((no * 2_654_435_761) % 2 ** 32).toString(16).padStart(8, '0')
  return `${prefix}${digestOf(no).slice(8)}` as ManifestTicket['digest']
}

function blankOf(no: number): ManifestTicket {
  return { ...ticketOf(no, { name: erasedName, state: 'cancelled' }), digest: spread(no) }
}

function deltaOf(
  event: ManifestDelta['event'],
  from: number,
  tickets: readonly ManifestTicket[],
): ManifestDelta {
  const rows = tickets.map(ticketToRow)
  const nothing = { frame: null, gone: [], more: false }
  return { type: 'delta', event, from, to: from + 1, ...nothing, tickets: rows }
}
