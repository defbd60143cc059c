import type { ReconcileStore } from '@eventpass/api'
import type { KnownIncident } from '@eventpass/domain'
import type { IncidentRow } from './rows.ts'
import type { Scope } from './scope.ts'

/** Writes incidents that were derived, and those that only grow. */
export function createIncidentWriter(
  scope: Scope,
): Pick<ReconcileStore, 'saveIncidents' | 'raise'> {
  const { incidents } = scope
  const open = () => ({
    id: `00000010-0000-4000-8000-${`${incidents.all().length}`.padStart(12, '0')}` as IncidentRow['id'],
    openedMs: Math.floor(scope.clockMs()),
    resolution: null,
  })
  return {
    async saveIncidents(event, changes) {
      await scope.statement()
      for (const { incident, status } of changes) {
        const name = `${event}/${incident.key}`
        const known = incidents.get(name) ?? { event, ...open(), ...incident }
        const { scans, orderUncertain } = incident
        const now = status === 'dissolved' ? status : statusOf(known, scans)
        incidents.set(name, { ...known, status: now, scans, orderUncertain })
      }
    },

    async raise(event, { key, kind, device, scans, about }) {
      const name = `${event}/${key}`
      // As the unique index does: whoever comes second waits until the first has committed.
      await scope.lock(`incident/${name}`)
      await scope.statement()
      const known = incidents.get(name) ?? {
        ...{ event, ...open(), key, kind, device },
        ...{ list: about?.list ?? null, invitee: about?.invitee ?? null },
        ...{ scans: [], orderUncertain: false },
      }
      const all = [...new Set([...known.scans, ...scans])].sort()
      incidents.set(name, { ...known, scans: all, status: statusOf(known, all) })
    },
  }
}

/** By the resolution as it stands now (EN4). */
function statusOf(
  { resolution }: Pick<IncidentRow, 'resolution'>,
  scans: IncidentRow['scans'],
): IncidentRow['status'] {
  return resolution && scans.every((scan) => resolution.covers.includes(scan)) ? 'resolved' : 'open'
}

/** What `mergeIncidents` reads of an incident. */
export function toKnown(row: IncidentRow): KnownIncident {
  const { key, kind, status, list, invitee, device, scans, orderUncertain, resolution } = row
  const covers = resolution?.covers ?? null
  return { key, kind, status, list, invitee, device, scans, orderUncertain, covers }
}
