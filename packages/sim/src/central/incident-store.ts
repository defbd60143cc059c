import type { IncidentScan, IncidentStore } from '@eventpass/api'
import type { IncidentRow } from './rows.ts'
import type { Scope } from './scope.ts'

export function createModelIncidents(scope: Scope): IncidentStore {
  const { devices, incidents, statement, users } = scope
  const find = (id: string) => incidents.all().find((row) => row.id === id)
  return {
    async findByEvent(event, limits) {
      await statement()
      const rank = (row: IncidentRow) => (row.status === 'open' ? 0 : 1)
      return incidents
        .all()
        .filter((row) => row.event === event)
        .sort((a, b) => rank(a) - rank(b) || b.openedMs - a.openedMs)
        .slice(0, limits.incidents)
        .map(({ resolution, ...row }) => ({
          ...{ id: row.id, kind: row.kind, status: row.status, openedMs: row.openedMs },
          ...{ orderUncertain: row.orderUncertain, invitee: null, listName: null },
          deviceNo: (row.device && devices.get(row.device)?.no) ?? null,
          deviceLabel: (row.device && devices.get(row.device)?.label) ?? null,
          named: row.scans,
          scans: row.scans.slice(0, limits.scansEach).flatMap((id) => toIncidentScan(scope, id)),
          resolution: resolution && {
            by: users.get(resolution.by)?.email ?? null,
            atMs: resolution.atMs,
            reason: resolution.reason,
          },
        }))
    },
    async lock(id) {
      await scope.lock(`incident/${id}`)
      await statement()
      const row = find(id)
      if (!row) return null
      const { event, kind, status, scans, resolution } = row
      return { event, kind, status, scans, resolution }
    },
    async resolve(id, resolution) {
      await statement()
      const row = find(id)
      if (row) incidents.set(`${row.event}/${row.key}`, { ...row, status: 'resolved', resolution })
    },
  }
}

/** Every stored scan of that id: a clone can have two. */
function toIncidentScan(scope: Scope, id: IncidentScan['id']): readonly IncidentScan[] {
  return scope.scans
    .all()
    .filter((scan) => scan.id === id)
    .flatMap(({ body, device, hash }) => {
      const [owner, ruled] = [scope.devices.get(device), scope.rulings.get(hash)]
      if (!body || !owner) return []
      return [
        {
          ...{ id, gate: body.gate, gateName: null, wallMs: body.wallMs },
          ...{ deviceNo: owner.no, deviceLabel: owner.label },
          atMs: ruled?.estimateMs ?? null,
          loMs: ruled?.loMs ?? null,
          hiMs: ruled?.hiMs ?? null,
          ruling: ruled?.ruling.kind ?? null,
        },
      ]
    })
}
