import { join } from 'node:path'
import { ticketToRow, WriteRefusedError } from '@eventpass/sync'
import { contentOf, digestOf, ticketOf } from '@eventpass/sync/testing'
import { expect, test } from 'vitest'
import { openNativeDisk } from '../native/native-disk.ts'
import { packSnapshot, withFolder } from '../testing.ts'
import { createManifestStore } from './manifest-store.ts'

/**
 * Goal: a disk without room refuses a change of the list by a name of its own, and the list stays.
 * Method: a file that SQLite may not let grow, which it fails as it does where the disk is full.
 */
test('[RP9] a change that finds no room is told as such, and the list reads on as it was', () =>
  withFolder(async (folder) => {
    const content = contentOf({ tickets: [ticketOf(1)] })
    const { gzip } = await packSnapshot(content)
    const disk = await openNativeDisk(join(folder, 'disk'))
    const bytes = new Blob([gzip as Uint8Array<ArrayBuffer>]).stream()
    await disk.writeDatabase('manifest-1', bytes.pipeThrough(new DecompressionStream('gzip')))
    const client = await disk.openDatabase('manifest-1')
    await client.execute('PRAGMA max_page_count = 1')
    const store = await createManifestStore(client)
    const before = await store.checksum()
    const { event, revision } = content
    const tickets = Array.from({ length: 500 }, (_, n) => ticketToRow(ticketOf(n + 2)))
    const delta = {
      type: 'delta',
      event,
      from: revision,
      to: revision + 1,
      frame: null,
      more: false,
    } as const
    await expect(store.apply({ ...delta, tickets, gone: [] })).rejects.toThrow(WriteRefusedError)

    expect(await store.checksum()).toBe(before)
    expect(await store.findTicket(digestOf(1))).not.toBeNull()
    expect((await store.info()).revision).toBe(revision)
    await store.close()
  }))
