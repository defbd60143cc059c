import type { DeviceId, ScanHash, ScanId } from '../ids.ts'
import type { DerivedIncident, IncidentKind } from '../incident.ts'
import type { ChainFacts, ChainLink } from './chain.ts'

/** What is known about one device when its incidents are derived. */
export interface DeviceFacts {
  readonly device: DeviceId
  readonly chain: ChainFacts
  readonly links: Iterable<ChainLink>
  /** Scans that reconcile found `contradictory` (TM2, TM4), beyond those of the chain. */
  readonly contradictory: Iterable<ScanId>
}

/**
 * Incidents of a device rather than of a slot: at most one of each kind.
 *
 * Keys are of kind and device alone, so that `mergeIncidents` carries one on
 * while it grows and dissolves it when a gap closes. A missing tail is none:
 * scans that were signed for are on their way.
 */
export function deviceIncidents(facts: DeviceFacts): readonly DerivedIncident[] {
  const { chain } = facts
  const links = [...facts.links].sort((a, b) => a.seq - b.seq || (a.hash < b.hash ? -1 : 1))
  const idsOf = (isMeant: (link: ChainLink) => boolean): readonly ScanId[] => [
    ...new Set(links.filter(isMeant).flatMap(({ id }) => id ?? [])),
  ]
  const forked = new Set(chain.forks.flatMap(({ hashes }) => hashes))
  const besideGap = new Set(chain.gaps.map(({ throughSeq }) => throughSeq + 1))
  const backwards = new Set<ScanHash>(chain.clock)
  const contradictory = [...new Set(facts.contradictory)].sort()
  const atFault = idsOf(({ hash }) => backwards.has(hash))
  const clock = [...atFault, ...contradictory.filter((id) => !atFault.includes(id))]

  return [
    ...(clock.length > 0 ? [incident(facts.device, 'clock', clock)] : []),
    ...(chain.forks.length > 0
      ? [
          incident(
            facts.device,
            'fork',
            idsOf(({ hash }) => forked.has(hash)),
          ),
        ]
      : []),
    ...(chain.gaps.length > 0
      ? [
          incident(
            facts.device,
            'gap',
            idsOf(({ seq }) => besideGap.has(seq)),
          ),
        ]
      : []),
  ]
}

function incident(device: DeviceId, kind: IncidentKind, scans: readonly ScanId[]): DerivedIncident {
  const key = `${kind}/${device}`
  return { key, kind, list: null, invitee: null, device, scans, orderUncertain: false }
}
