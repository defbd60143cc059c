import type { ReconcileStore } from '@eventpass/api'
import type { Scan } from '@eventpass/domain'
import { mapHubLog } from './hub-log.ts'
import { createIncidentWriter, toKnown } from './incident-writer.ts'
import type { ScanRow } from './rows.ts'
import type { Scope } from './scope.ts'

export function createModelReconcile(scope: Scope): ReconcileStore {
  const { scans, rulings, incidents, admissions, revisions, statement } = scope
  const nameOf = (key: { readonly list: string; readonly invitee: number }) =>
    `${key.list}/${key.invitee}`

  return {
    async lockKeys(_, keys) {
      // In one order, whoever asks in which: two that lock the same keys close no circle.
      for (const name of keys.map(nameOf).sort()) await scope.lock(`key/${name}`)
      await statement()
    },

    async findScans(event, keys) {
      await statement()
      const all = scans.all().filter((row) => row.event === event)
      return keys.flatMap((key) => {
        const own = all.filter(
          ({ body, invitee }) => body?.list === key.list && invitee === key.invitee,
        )
        const ids = new Set(own.flatMap(({ body }) => body?.id ?? []))
        const voids = all.filter(
          ({ body }) => body?.act === 'void' && body.target !== null && ids.has(body.target),
        )
        return [...own, ...voids].flatMap((row) => {
          const scan = toScan(scope, row, key.invitee)
          return scan ? [{ key, scan }] : []
        })
      })
    },

    async findContacts(devices) {
      await statement()
      const wanted = new Set<string>(devices)
      const rows = scope.contacts.all().filter(({ device }) => wanted.has(device))
      const distinct = new Map(rows.map(({ place: _, ...row }) => [JSON.stringify(row), row]))
      const overHubs = mapHubLog(scope.hubs.all(), scope.hubLog.all())
      return [...distinct.values(), ...overHubs.filter(({ device }) => wanted.has(device))]
    },

    async findTickets(event, invitees) {
      await statement()
      return scope.tickets
        .all()
        .filter((row) => row.event === event && invitees.includes(row.invitee))
        .map(({ invitee, digest, state, stateAtMs }) => ({
          invitee,
          ticket: { digest, state, stateAtMs },
        }))
    },

    async readLists(event) {
      await statement()
      const frames = scope.frames.all().filter((row) => row.event === event)
      const lists = frames.flatMap(({ list }) => list ?? [])
      return { lists, timeZone: scope.events.get(event)?.timeZone ?? 'UTC' }
    },

    async findIncidents(event, keys) {
      await statement()
      const wanted = new Set(keys.map(nameOf))
      return incidents.all().flatMap((row) => {
        const { list, invitee } = row
        const isMeant = row.event === event && list !== null && invitee !== null
        return isMeant && wanted.has(nameOf({ list, invitee })) ? [toKnown(row)] : []
      })
    },

    async saveAdmissions(event, rows) {
      await statement()
      for (const { key, inside, people, firstMs } of rows) {
        admissions.set(nameOf(key), { event, ...key, inside, people, firstMs })
      }
    },

    ...createIncidentWriter(scope),

    async saveRulings(event, rows) {
      await statement()
      const changed = rows.flatMap((row) => {
        const { loMs, hiMs } = row
        const kept = {
          ...{ event, ...row.key, id: row.id, hash: row.hash, ruling: row.ruling },
          estimateMs: Math.round(row.estimateMs),
          loMs: loMs === null ? null : Math.floor(loMs),
          hiMs: hiMs === null ? null : Math.ceil(hiMs),
          quarantined: row.quarantined,
        }
        const known = rulings.get(row.hash)
        const same =
          known &&
          JSON.stringify({ ...known, revision: 0 }) === JSON.stringify({ ...kept, revision: 0 })
        return same ? [] : [kept]
      })
      if (changed.length === 0) return
      await scope.lock(`revisions/${event}`)
      const line = revisions.get(event)
      if (!line) throw new Error(`The event ${event} has no revision line.`)
      revisions.set(event, { ...line, rulings: line.rulings + changed.length })
      for (const [at, kept] of changed.entries()) {
        rulings.set(kept.hash, { ...kept, revision: line.rulings + at + 1 })
      }
    },
  }
}

/** A row as reconcile sees it; null where its bytes could not be read. */
function toScan(
  { devices }: { readonly devices: { get: (id: string) => { no: Scan['deviceNo'] } | undefined } },
  { body, hash, quarantine, device }: ScanRow,
  invitee: Scan['invitee'],
): Scan | null {
  const no = devices.get(device)?.no
  return body && no !== undefined ? { body, deviceNo: no, hash, invitee, quarantine } : null
}
