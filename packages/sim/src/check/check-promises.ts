import { readPromise } from '../run/note-promise.ts'
import type { World } from '../run/world.ts'
import type { CentralState } from './central-state.ts'
import { findBroken } from './find-broken.ts'

/** CL4: what was told to be provisional ends as it was told, or in an incident that names it. */
export function checkPromises(world: World, state: CentralState): void {
  const { central, truth, violations } = world
  const entries = central.nodes.flatMap(({ disk }) => [...disk.entries.values()])
  const kept = new Map(entries.map(({ key, parked }) => [key, parked]))
  for (const [key, isParked] of kept) {
    if (!isParked) violations.push(`provisional: ${key} waits in a journal for good`)
    // A person finds it put aside: only where central was restored to before the device.
    else if (state.devices.has(readPromise(key).device))
      violations.push(`provisional: ${key} is put aside for no reason`)
  }
  for (const key of truth.promised) {
    const endedIn = truth.replayed.get(key)
    if (endedIn === undefined && !kept.has(key))
      violations.push(`provisional: ${key} is in no journal any more`)
    // What was done in a life that central lost is lost with it.
    if (endedIn !== central.incarnation() || kept.has(key)) continue
    const fault = findBroken(central.database, readPromise(key))
    if (fault) violations.push(`provisional: ${key} ${fault} in the end`)
  }
}
