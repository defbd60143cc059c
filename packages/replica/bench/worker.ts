import type { Digest, InviteeNo } from '@eventpass/domain'
import type { SnapshotFiles } from '@eventpass/sync'
import { ownScanOf } from '@eventpass/sync/testing'
import { serveCommands } from '../e2e/page/serve-commands.ts'
import { createLedgerFiles } from '../src/files/ledger-files.ts'
import { createSnapshotFiles } from '../src/files/snapshot-files.ts'
import { manifestTables } from '../src/manifest/schema.ts'
import { loadEngine } from '../src/wasm/engine.ts'
import { createOpfsDisk } from '../src/wasm/opfs-disk.ts'
import { openPool } from '../src/wasm/pool.ts'

/** The browser's half of the benchmarks. Every command opens a folder of its own. */

async function openDisk(folder: string) {
  const pool = await openPool(await loadEngine(), folder)
  if (!pool.ok) throw new Error(JSON.stringify(pool.failure))
  return createOpfsDisk(pool.value, folder)
}

interface Load {
  readonly folder: string
  readonly url: string
  readonly digest: Digest
}

/** The gate's way: fetch, keep, verify, unpack into the pool, check, open; then look one up. */
async function loadSnapshot(
  snapshots: SnapshotFiles,
  { url, gzipBytes, sha256, bytes }: Omit<Snapshot, 'folder' | 'digest'>,
) {
  const body = (await fetch(url)).body
  if (body === null) throw new Error(`${url} has no body`)
  const download = await snapshots.begin('manifest-1', gzipBytes)
  for (const reader = body.getReader(); ; ) {
    const { done, value } = await reader.read()
    if (done) break
    await download.write(value)
  }
  if ((await download.sha256()) !== sha256) throw new Error('the download differs')
  const store = await download.finish(bytes)
  if (store === null) throw new Error('the download was not taken')
  return store
}

interface Snapshot extends Load {
  readonly gzipBytes: number
  readonly sha256: string
  readonly bytes: number
}

const commands = {
  /** Ms from the request to the first lookup. */
  loadSnapshot: async (load: Snapshot) => {
    const snapshots = createSnapshotFiles(await openDisk(load.folder))
    const start = performance.now()
    const store = await loadSnapshot(snapshots, load)
    const found = await store.findTicket(load.digest)
    const took = performance.now() - start
    if (found === null) throw new Error('the ticket is missing')
    await store.close()
    return took
  },

  /** The same rows as JSON, inserted one by one in a prepared statement, a transaction each page. */
  loadRows: async ({ folder, url, digest, pages }: Load & { readonly pages: number }) => {
    const disk = await openDisk(folder)
    const start = performance.now()
    const client = await disk.openDatabase('manifest-1')
    for (const sql of manifestTables) await client.execute(sql)
    for (let page = 0; page < pages; page += 1) {
      const rows = (await (await fetch(`${url}/${page}`)).json()) as Row[]
      await client.batch(
        rows.map((row) => ({
          sql: 'INSERT INTO ticket VALUES (unhex(?), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
          args: row,
        })),
        'write',
      )
    }
    const { rows } = await client.execute({
      sql: 'SELECT name FROM ticket WHERE digest = unhex(?)',
      args: [digest],
    })
    const took = performance.now() - start
    if (rows.length === 0) throw new Error('the ticket is missing')
    client.close()
    return took
  },

  /**
   * Verdicts on an open manifest beside bare inserts of the same bytes, in turn: a verdict reads
   * the ticket and all its uses, and commits the scan. Ms of each, in order.
   */
  verdicts: async ({ runs, pairs, digests, ...load }: Snapshot & Verdicts) => {
    const disk = await openDisk(load.folder)
    const manifest = await loadSnapshot(createSnapshotFiles(disk), load)
    const ledger = await createLedgerFiles(disk).open('ledger-1')
    const bare = await disk.openDatabase('bare-1')
    await bare.execute('CREATE TABLE bare (id INTEGER PRIMARY KEY, bytes TEXT NOT NULL)')
    let head = await ledger.head()
    const verdict = async (digest: Digest) => {
      const ticket = await manifest.findTicket(digest)
      const invitee = ticket?.invitee ?? (0 as InviteeNo)
      await Promise.all([manifest.findUses(invitee), ledger.findUses(invitee)])
      const scan = ownScanOf(head.seq + 1, invitee, { digest })
      await ledger.commitScan({ ...scan, prev: head.hash })
      head = { seq: scan.body.seq, hash: scan.hash }
    }
    const insert = async () => {
      const { bytes } = ownScanOf(head.seq, 7)
      await bare.execute({ sql: 'INSERT INTO bare (bytes) VALUES (?)', args: [bytes] })
    }
    for (let n = 0; n < 200; n += 1) {
      await verdict(at(digests, n))
      await insert()
    }
    const taken: { readonly verdict: number[]; readonly insert: number[] }[] = []
    for (let run = 0; run < runs; run += 1) {
      const times = { verdict: [] as number[], insert: [] as number[] }
      for (let pair = 0; pair < pairs; pair += 1) {
        const digest = at(digests, run * pairs + pair)
        // In turn, and each first as often as the other.
        for (const kind of pair % 2 === 0 ? kinds : kinds.toReversed()) {
          const start = performance.now()
          await (kind === 'verdict' ? verdict(digest) : insert())
          times[kind].push(performance.now() - start)
        }
      }
      taken.push(times)
    }
    return taken
  },
}

const extra = {
  profile: async ({ digests, ...load }: Snapshot & { digests: Digest[] }) => {
    const disk = await openDisk(load.folder)
    const manifest = await loadSnapshot(createSnapshotFiles(disk), load)
    const ledger = await createLedgerFiles(disk).open('ledger-1')
    const bare = await disk.openDatabase('bare-1')
    await bare.execute('CREATE TABLE bare (id INTEGER PRIMARY KEY, bytes TEXT NOT NULL)')
    await bare.execute(
      'CREATE TABLE bare3 (id INTEGER PRIMARY KEY, bytes TEXT NOT NULL, a BLOB, b INTEGER)',
    )
    await bare.execute('CREATE INDEX b3a on bare3(a)')
    await bare.execute('CREATE INDEX b3b on bare3(b)')
    let head = await ledger.head()
    const out: Record<string, number> = {}
    const n = 1500
    const time = async (name: string, f: (i: number) => unknown) => {
      for (let i = 0; i < 100; i++) await f(i)
      const t = performance.now()
      for (let i = 100; i < n; i++) await f(i)
      out[name] = Number((((performance.now() - t) / (n - 100)) * 1000).toFixed(1))
    }
    await time('findTicket', (i) => manifest.findTicket(at(digests, i)))
    await time('findTicket warm', (i) => manifest.findTicket(at(digests, i)))
    await time('findTicket warm again', (i) => manifest.findTicket(at(digests, i)))
    await time('manifest.findUses', (i) => manifest.findUses(i as never))
    await time('ledger.findUses', (i) => ledger.findUses(i as never))
    await time('head', () => ledger.head())
    await time('raw select 1', () => bare.execute('select 1'))
    await time('ownScanOf', (i) => ownScanOf(i, 7))
    await time('bare insert', async () =>
      bare.execute({
        sql: 'INSERT INTO bare (bytes) VALUES (?)',
        args: [ownScanOf(head.seq, 7).bytes],
      }),
    )
    await time('bare3 insert', async (i) =>
      bare.execute({
        sql: 'INSERT INTO bare3 (bytes,a,b) VALUES (?,?,?)',
        args: [
          ownScanOf(head.seq, 7).bytes,
          crypto.getRandomValues(new Uint8Array(16)),
          Math.floor(Math.random() * 1e6),
        ],
      }),
    )
    await time('commit', async (i) => {
      const scan = ownScanOf(head.seq + 1, Math.floor(Math.random() * 1e6))
      await ledger.commitScan({ ...scan, prev: head.hash })
      head = { seq: scan.body.seq, hash: scan.hash }
    })
    await time('bare insert', async () =>
      bare.execute({
        sql: 'INSERT INTO bare (bytes) VALUES (?)',
        args: [ownScanOf(head.seq, 7).bytes],
      }),
    )
    return out
  },
}
const kinds = ['verdict', 'insert'] as const

interface Verdicts {
  readonly runs: number
  readonly pairs: number
  readonly digests: readonly Digest[]
}

type Row = (string | number | null)[]

function at(digests: readonly Digest[], n: number): Digest {
  const digest = digests[n % digests.length]
  if (digest === undefined) throw new Error('no digests')
  return digest
}

serveCommands({ ...commands, ...extra })
