import { background } from './background.ts'
import { deviceRow } from './devices.ts'
import type { World } from './world.ts'

/** The organiser erases whoever has that ticket. */
export function eraseGuest(world: World, ticket: number): void {
  const { central, event, rare, tablets, tickets } = world
  const no = tickets.at(ticket)?.invitee
  if (no === undefined) return
  const isOut = tablets.some(
    (tablet) =>
      deviceRow(world, tablet)?.state === 'active' &&
      (tablet.line.mode !== 'up' || tablet.gate() === null),
  )
  const erased = central.owner.invitees.erase({ event, no })
  background(
    erased.then(() => {
      if (isOut) rare.add('erased_while_offline')
    }),
  )
}
