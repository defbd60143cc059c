import type { CentralState } from '../check/central-state.ts'
import type { World } from './world.ts'

/** What can be told at the end about how far a run came. */
export function noteRare({ rare, tablets, truth }: World, state: CentralState): void {
  for (const { kind, status } of state.incidents) {
    if (kind === 'fork') rare.add('fork')
    if (kind === 'admitted_after_revocation') rare.add('admitted_after_revocation')
    if (status === 'dissolved') rare.add('incident_dissolved')
  }
  for (const { ruling } of state.rulings.values()) if (ruling.kind === 'voided') rare.add('voided')
  for (const { body } of state.scans) if (body?.forced) rare.add('forced')
  for (const { state: standing } of state.devices.values()) {
    if (standing === 'pair_anew') rare.add('pair_anew')
  }
  const refilled = state.scans.some(({ hash }) => truth.lostByCentral.has(hash))
  if (refilled) rare.add('scans_refilled_after_restore')
  if (tablets.some(({ disk }) => disk.ledgers.size > 1)) rare.add('tablet_paired_anew')
}
