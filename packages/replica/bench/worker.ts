import type { Digest } from '@eventpass/domain'
import type { SnapshotFiles } from '@eventpass/sync'
import { ownScanOf } from '@eventpass/sync/testing'
import { serveCommands } from '../e2e/page/serve-commands.ts'
import { createSnapshotFiles } from '../src/files/snapshot-files.ts'
import { manifestTables } from '../src/manifest/schema.ts'
import { loadEngine } from '../src/wasm/engine.ts'
import { createOpfsDisk } from '../src/wasm/opfs-disk.ts'
import { openPool } from '../src/wasm/pool.ts'
import { warmUpPairs } from './event.ts'
import { openBenchGate } from './gate.ts'

/** The browser's half of the benchmarks. Every command opens a folder of its own. */

async function openDisk(folder: string) {
  const engine = await loadEngine()
  const pool = await openPool(engine, folder)
  if (!pool.ok) throw new Error(JSON.stringify(pool.failure))
  return createOpfsDisk(engine, pool.value, folder)
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
   * Verdicts at a gate beside bare inserts of a scan's bytes by the same engine, in turn. A verdict
   * is all that the worker does from the text of a token to the committed scan (`durable`), and
   * then what the screen shows beside it, such as others of the party (`shown`). Ms, in order.
   */
  verdicts: async ({ runs, pairs, rows, tokens, ...load }: Snapshot & Verdicts) => {
    const disk = await openDisk(load.folder)
    const manifest = await loadSnapshot(createSnapshotFiles(disk), load)
    const { revision } = await manifest.info()
    await manifest.close()
    const gate = await openBenchGate(disk, { name: 'manifest-1', revision, tickets: rows })
    const bare = await disk.openDatabase('bare-1')
    await bare.execute('CREATE TABLE bare (id INTEGER PRIMARY KEY, bytes TEXT NOT NULL)')
    const { bytes } = ownScanOf(1_000, 7)
    const newTimes = () => ({
      durable: [] as number[],
      shown: [] as number[],
      insert: [] as number[],
    })
    const work = {
      verdict: async (token: string, times: ReturnType<typeof newTimes>) => {
        const start = performance.now()
        const { scan, verdict } = await gate.scan(token)
        times.shown.push(performance.now() - start)
        times.durable.push(gate.committedAtMs() - start)
        if (scan === null || verdict.invitee === null) throw new Error('no verdict on the list')
      },
      insert: async (_token: string, times: ReturnType<typeof newTimes>) => {
        const start = performance.now()
        await bare.execute({ sql: 'INSERT INTO bare (bytes) VALUES (?)', args: [bytes] })
        times.insert.push(performance.now() - start)
      },
    }
    const rest = tokens.values()
    const measure = async (count: number) => {
      const times = newTimes()
      for (let pair = 0; pair < count; pair += 1) {
        const token = String(rest.next().value)
        // In turn, and each first as often as the other.
        for (const kind of pair % 2 === 0 ? kinds : kinds.toReversed())
          await work[kind](token, times)
      }
      return times
    }
    await measure(warmUpPairs)
    const taken: Awaited<ReturnType<typeof measure>>[] = []
    for (let run = 0; run < runs; run += 1) taken.push(await measure(pairs))
    return taken
  },
}

const kinds = ['verdict', 'insert'] as const

interface Verdicts {
  readonly runs: number
  readonly pairs: number
  readonly rows: number
  /** Of different invitees; one a pair, and `warmUpPairs` before. */
  readonly tokens: readonly string[]
}

type Row = (string | number | null)[]

serveCommands(commands)
