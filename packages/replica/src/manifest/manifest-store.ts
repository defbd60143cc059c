import { assert, isErased, type ManifestFrame } from '@eventpass/domain'
import {
  type ManifestDelta,
  type ManifestStore,
  rowToTicket,
  WriteRefusedError,
} from '@eventpass/sync'
import type { Client } from '@libsql/core/api'
import { createDatabase } from '../client/drizzle.ts'
import { emptyLog, isRefusedWrite } from '../client/pragma.ts'
import { sumChecksum } from './checksum.ts'
import { createFindTicket } from './find-ticket.ts'
import { type ManifestMeta, readMeta, writeMeta } from './meta.ts'
import { keepingParties, prepareParty } from './party.ts'
import { searchTickets } from './search.ts'
import { insertTicketsSql, ticketsToJson } from './ticket-rows.ts'
import { countInside, prepareUses } from './uses.ts'

/**
 * A manifest over one SQLite file of `manifestFormat`, which this store alone writes (RP5).
 *
 * `client` must be serial (`createSerialClient`). Long reads run in slices (RP6).
 */
export async function createManifestStore(client: Client): Promise<ManifestStore> {
  const db = createDatabase(client)
  let meta = await readMeta(client)
  await startReading(client)
  return {
    info: async () => ({ event: meta.event, revision: meta.revision, frame: meta.frame }),
    findTicket: createFindTicket(client),
    searchTickets: (patterns, limit) => searchTickets(db, patterns, limit),
    findParty: prepareParty(db),
    findUses: prepareUses(client, db),
    scansMark: async () => ({ vector: meta.vector, rulingsRevision: meta.rulings_revision }),
    countInside: (list) => countInside(client, list),
    apply: async (delta) => {
      assert(
        delta.event === meta.event && delta.from === meta.revision,
        'a delta starts at the revision of its event’s manifest',
      )
      await endReading(client)
      try {
        meta = { ...meta, ...(await applyDelta(client, delta)) }
        if (delta.tickets.map(rowToTicket).some(isErased)) await emptyLog(client)
      } catch (fault) {
        throw isRefusedWrite(fault) ? new WriteRefusedError(fault) : fault
      } finally {
        await startReading(client)
      }
    },
    checksum: () => sumChecksum(db, meta.frame),
    close: async () => client.close(),
  }
}

/**
 * Opens one transaction for all reads until the next delta. By itself, every statement would ask the
 * disk for the file's size and the WAL for its end, which is a quarter of a look-up in a browser.
 */
async function startReading(client: Client): Promise<void> {
  await client.execute('BEGIN')
}

/** The native client has ended it by then: it takes back whatever a call leaves open. */
async function endReading(client: Client): Promise<void> {
  await client.execute('COMMIT').catch(() => undefined)
}

async function applyDelta(client: Client, delta: ManifestDelta): Promise<Partial<ManifestMeta>> {
  const changed: Partial<ManifestMeta> = {
    revision: delta.to,
    ...(delta.frame === null ? {} : { frame: delta.frame as ManifestFrame }),
  }
  const tickets = delta.tickets.map(rowToTicket)
  const digests = [...delta.gone, ...tickets.map(({ digest }) => digest)]
  const transaction = await client.transaction('write')
  try {
    await keepingParties(transaction, digests, async () => {
      await transaction.execute({
        sql: 'DELETE FROM ticket WHERE digest IN (SELECT unhex(value) FROM json_each(?))',
        args: [JSON.stringify(delta.gone)],
      })
      await transaction.execute({
        sql: insertTicketsSql('ticket'),
        args: [ticketsToJson(tickets)],
      })
    })
    await writeMeta(transaction, changed)
    await transaction.commit()
    return changed
  } finally {
    transaction.close()
  }
}
