import type { RaiseIncident } from '@eventpass/api'
import type { Scope } from './scope.ts'

export function createIncidentRaiser(scope: Scope): RaiseIncident {
  return async (event, { key, kind, device, scans }) => {
    const name = `${event}/${key}`
    // As the unique index does: whoever comes second waits until the first has committed.
    await scope.lock(`incident/${name}`)
    await scope.statement()
    const known = scope.incidents.get(name)
    const all = [...new Set([...(known?.scans ?? []), ...scans])].sort()
    const covered = known?.covers && all.every((scan) => known.covers?.includes(scan))
    scope.incidents.set(name, {
      ...{ event, key, kind, device, list: null, invitee: null, covers: null },
      openedMs: Math.floor(scope.clockMs()),
      ...known,
      scans: all,
      orderUncertain: false,
      status: covered ? 'resolved' : 'open',
    })
  }
}
