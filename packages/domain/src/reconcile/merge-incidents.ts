import type { DerivedIncident, IncidentChange, IncidentStatus, KnownIncident } from '../incident.ts'

/**
 * Says how the incidents that a store knows become those that were just derived.
 *
 * `known` are all of the same matter as `derived`: of one (list, invitee) key
 * or of one device, dissolved and resolved ones included. Nothing is deleted:
 * one without grounds is kept as dissolved (EN2). Status is a function of what
 * is derived and what a resolution covers, so that repeating changes nothing.
 */
export function mergeIncidents(
  known: readonly KnownIncident[],
  derived: readonly DerivedIncident[],
): readonly IncidentChange[] {
  const knownByDerived = matchIncidents(known, derived)
  const matched = new Set(knownByDerived.values())
  return [
    ...derived.flatMap((incident) => {
      const earlier = knownByDerived.get(incident)
      return earlier ? carryOn(earlier, incident) : [open(incident)]
    }),
    ...known
      .filter((incident) => !matched.has(incident) && incident.status !== 'dissolved')
      .map(dissolve),
  ]
}

function open(incident: DerivedIncident): IncidentChange {
  return { change: 'open', status: 'open', incident }
}

function dissolve({ status: _, covers: __, ...incident }: KnownIncident): IncidentChange {
  return { change: 'dissolve', status: 'dissolved', incident }
}

/** The key stays that of the store, so that one matter keeps one row while its scans change. */
function carryOn(earlier: KnownIncident, derived: DerivedIncident): readonly IncidentChange[] {
  const incident = { ...derived, key: earlier.key }
  const status = statusOf(earlier, derived)
  if (status === earlier.status && isSame(earlier, incident)) return []
  const reopened = status === 'open' && earlier.status !== 'open'
  return [{ change: reopened ? 'reopen' : 'update', status, incident }]
}

/** A resolution counts as long as it covers every scan that the incident is about (EN4). */
function statusOf({ covers }: KnownIncident, { scans }: DerivedIncident): IncidentStatus {
  return covers && scans.every((scan) => covers.includes(scan)) ? 'resolved' : 'open'
}

function isSame(earlier: KnownIncident, incident: DerivedIncident): boolean {
  return (
    earlier.orderUncertain === incident.orderUncertain &&
    earlier.scans.length === incident.scans.length &&
    earlier.scans.every((scan, at) => scan === incident.scans[at])
  )
}

/**
 * Finds the row of each derived incident: the one of its key, else a live one that shares most scans.
 *
 * The second is for stays: an earlier admit that arrives late becomes the
 * anchor, and thereby the key, of a slot that is already on somebody's desk.
 */
function matchIncidents(
  known: readonly KnownIncident[],
  derived: readonly DerivedIncident[],
): ReadonlyMap<DerivedIncident, KnownIncident> {
  const matches = new Map<DerivedIncident, KnownIncident>()
  const knownByKey = new Map(known.map((incident) => [incident.key, incident]))
  for (const incident of derived) {
    const earlier = knownByKey.get(incident.key)
    if (earlier) matches.set(incident, earlier)
  }
  const free = new Set(known.filter((incident) => isMovable(incident)))
  for (const earlier of matches.values()) free.delete(earlier)
  for (const incident of derived) {
    if (matches.has(incident) || incident.kind !== 'double_admission') continue
    const [nearest] = [...free]
      .filter((earlier) => countShared(earlier, incident) > 0)
      .sort(
        (a, b) => countShared(b, incident) - countShared(a, incident) || (a.key < b.key ? -1 : 1),
      )
    if (!nearest) continue
    matches.set(incident, nearest)
    free.delete(nearest)
  }
  return matches
}

function isMovable({ kind, status }: KnownIncident): boolean {
  return kind === 'double_admission' && status !== 'dissolved'
}

function countShared(a: DerivedIncident, b: DerivedIncident): number {
  return a.scans.filter((scan) => b.scans.includes(scan)).length
}
