import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import type { EventId, ManifestFrame, ManifestTicket } from '@eventpass/domain'
import type { HeardScan, VectorEntry } from '@eventpass/sync'
import { writeMeta } from '../manifest/meta.ts'
import { fillPartiesSql } from '../manifest/party.ts'
import { manifestFormat, manifestTables } from '../manifest/schema.ts'
import { insertTicketsSql, ticketsToJson } from '../manifest/ticket-rows.ts'
import { insertUsesSql, usesToJson } from '../manifest/use-rows.ts'
import { openSqliteThread, type SqliteThread } from './sqlite-thread.ts'

const rowsPerStatement = 1_000
const cacheKiB = 32_000
const chunkBytes = 256 * 1_024

export interface SnapshotInput {
  readonly event: EventId
  readonly revision: number
  readonly frame: ManifestFrame
  /** Tickets in any order, each digest once. */
  readonly rows: AsyncIterable<ManifestTicket>
  /** The scan summary at the checkpoint, and the marks that belong to it. */
  readonly heard: AsyncIterable<HeardScan>
  readonly vector: readonly VectorEntry[]
  readonly rulingsRevision: number
  /** Where the SQLite file goes; its gzip goes to `${path}.gz`. Both are replaced. */
  readonly path: string
}

/** What a snapshot's signed meta says of the files. */
export interface BuiltSnapshot {
  readonly format: number
  readonly rows: number
  readonly bytes: number
  readonly sha256: string
  readonly gzipPath: string
  readonly gzipBytes: number
  readonly gzipSha256: string
}

/**
 * Builds a manifest as a ready SQLite file with its gzip, in flat memory (RP8), and in a thread of its
 * own, so that whoever scans meanwhile does not wait for it.
 *
 * The file is in journal mode DELETE and without a WAL, so that a gate imports it as it is. Both
 * files appear whole or not at all.
 */
export async function buildSnapshot(input: SnapshotInput): Promise<BuiltSnapshot> {
  const building = `${input.path}.building`
  const gzipPath = `${input.path}.gz`
  const gzipBuilding = `${gzipPath}.building`
  try {
    await rm(building, { force: true })
    const rows = await fillFile(building, input)
    const packed = await packFile(building, gzipBuilding)
    await rename(building, input.path)
    await rename(gzipBuilding, gzipPath)
    return { format: manifestFormat, rows, ...packed, gzipPath }
  } catch (error) {
    for (const left of [building, gzipBuilding]) await rm(left, { force: true })
    throw error
  }
}

async function fillFile(path: string, input: SnapshotInput): Promise<number> {
  const file = openSqliteThread(path)
  try {
    // A crash leaves a file that nobody was told of, so nothing needs to be journaled or flushed.
    await file.runAll(`PRAGMA journal_mode = off; PRAGMA synchronous = off;
      PRAGMA locking_mode = exclusive; PRAGMA temp_store = file; PRAGMA cache_size = -${cacheKiB};
      PRAGMA user_version = ${manifestFormat};
      ${manifestTables.join(';')};
      CREATE TEMP TABLE incoming AS SELECT * FROM ticket`)
    const rows = await fillTickets(file, input.rows)
    await inBatches(input.heard, (batch) => file.run(insertUsesSql, [usesToJson(batch)]))
    const meta = {
      event: input.event,
      revision: input.revision,
      frame: input.frame,
      vector: input.vector,
      rulings_revision: input.rulingsRevision,
    }
    await writeMeta({ execute: ({ sql, args }) => file.run(sql, args) }, meta)
    await file.close()
    return rows
  } catch (fault) {
    await file.abandon()
    throw fault
  }
}

/** First as they come, then in order of digest: full pages, and no random writes. */
async function fillTickets(
  file: SqliteThread,
  rows: AsyncIterable<ManifestTicket>,
): Promise<number> {
  const insert = insertTicketsSql('temp.incoming')
  const incoming = await inBatches(rows, (batch) => file.run(insert, [ticketsToJson(batch)]))
  await file.run('INSERT INTO ticket SELECT * FROM temp.incoming ORDER BY digest')
  await file.run(fillPartiesSql)
  return incoming
}

/** Answers how many rows there were. A batch is written while the next one is read, and no more than one. */
async function inBatches<Row>(
  rows: AsyncIterable<Row>,
  write: (batch: readonly Row[]) => Promise<void>,
): Promise<number> {
  let [seen, batch, writing] = [0, [] as Row[], Promise.resolve()]
  const flush = async () => {
    await writing
    writing = write(batch)
    // Whoever waits for it next hears of it; until then nobody does.
    writing.catch(() => undefined)
    batch = []
  }
  for await (const row of rows) {
    seen += 1
    if (batch.push(row) >= rowsPerStatement) await flush()
  }
  await flush()
  await writing
  return seen
}

type Packed = Pick<BuiltSnapshot, 'bytes' | 'sha256' | 'gzipBytes' | 'gzipSha256'>

async function packFile(path: string, gzipPath: string): Promise<Packed> {
  const [plain, gzip] = [meter(), meter()]
  await pipeline(
    createReadStream(path, { highWaterMark: chunkBytes }),
    plain.pass,
    createGzip({ level: 6, chunkSize: chunkBytes }),
    gzip.pass,
    createWriteStream(gzipPath, { mode: 0o600 }),
  )
  const file = await open(gzipPath)
  await file.sync()
  await file.close()
  const [file1, file2] = [plain.read(), gzip.read()]
  return { ...file1, gzipBytes: file2.bytes, gzipSha256: file2.sha256 }
}

/** Counts and hashes what passes through. */
function meter() {
  const hash = createHash('sha256')
  let bytes = 0
  return {
    async *pass(chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        bytes += chunk.length
        hash.update(chunk)
        yield chunk
      }
    },
    read: () => ({ bytes, sha256: hash.digest('hex') }),
  }
}
