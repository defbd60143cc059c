import { issueTickets } from '../central/issue-tickets.ts'
import type { Plan, Step } from '../plan/steps.ts'
import { background } from './background.ts'
import { restoreCentral } from './disasters.ts'
import { eraseGuest } from './erase-guest.ts'
import type { Memory } from './memory.ts'
import { type Place, type TabletStep, tabletActions } from './tablet-actions.ts'
import type { World } from './world.ts'

type NodeStep = Extract<Step, { readonly node: number }>

/** Begins a step; what it sets going goes on while time moves. */
export function applyStep(world: World, plan: Plan, memory: Memory, step: Step): void {
  if ('tablet' in step) applyToTablet(world, plan, memory, step)
  else applyToCentral(world, memory, step)
}

function applyToTablet(world: World, plan: Plan, memory: Memory, step: TabletStep): void {
  const tablet = world.tablets[step.tablet]
  if (!tablet) return
  const place = { world, plan, memory, at: step.tablet, tablet, gate: tablet.gate() }
  const act = tabletActions[step.do] as (place: Place, step: TabletStep) => void
  act(place, step)
}

function applyToCentral(world: World, memory: Memory, step: Exclude<Step, TabletStep>): void {
  const { time, central, event, rare, tickets } = world
  switch (step.do) {
    case 'state': {
      const no = tickets.at(step.ticket)?.invitee
      const { state } = step
      if (no !== undefined) background(central.owner.tickets.setState({ event, no, state }))
      break
    }
    case 'reprint': {
      const old = tickets.at(step.ticket)
      if (!old) break
      const reprinted = central.owner.tickets.reprint({ event, no: old.invitee })
      background(reprinted.then(({ token }) => tickets.push({ ...old, token })))
      break
    }
    case 'issue': {
      // Codes issued after the last pull: genuine, and on nobody's list yet (scenario 30).
      const issued = issueTickets(central.database, central.deps, central.tenant, event, 1)
      background(issued.then((added) => tickets.push(...added)))
      break
    }
    case 'erase':
      eraseGuest(world, step.ticket)
      break
    case 'centralKill':
      if (central.database.countOpen() > 0) rare.add('central_killed_in_transaction')
      central.restart()
      break
    case 'centralBackUp':
      memory.centralBackup = { backup: central.backUp(), takenAtMs: time.nowMs() }
      break
    case 'centralRestore':
      restoreCentral(world, memory)
      break
    case 'databaseAway':
      loseDatabase(world, step.ms)
      break
    case 'databaseLostInCommit':
      central.database.onNextCommit(() => loseDatabase(world, step.ms))
      break
    case 'shedAway':
      rare.add('shed_away')
      central.shed.isAway = true
      time.after(step.ms, () => {
        central.shed.isAway = false
      })
      break
    case 'nodeLosesDatabase':
    case 'nodeLosesCommit':
    case 'nodeLosesReplay':
    case 'nodeKill':
    case 'nodeDiesJournaling':
    case 'nodeDiesReplaying':
      applyToNode(world, step)
      break
    case 'uplinkDown':
      world.hub.isUplinkUp = false
      time.after(step.ms, () => {
        world.hub.isUplinkUp = true
      })
      break
    case 'hubLosesDisk':
      world.hub.loseDisk()
      break
    case 'authority':
      rare.add('authority_elsewhere')
      background(world.giveAuthority(step.hub))
      break
    case 'stock': {
      const [, , gift] = world.lists
      const { stock } = step
      if (gift) background(central.owner.gifts.setStock({ event, gift, stock }))
      break
    }
    // Whoever runs the plan passes it.
    case 'night':
      break
  }
}

function applyToNode({ central, time }: World, { do: verb, node: no, ms }: NodeStep): void {
  const node = central.nodes[no]
  if (!node) return
  const lose = () => {
    node.client.cut()
    time.after(ms, node.client.mend)
  }
  const kill = () => {
    node.kill()
    time.after(ms, node.start)
  }
  if (verb === 'nodeLosesDatabase') lose()
  else if (verb === 'nodeLosesCommit') node.onNext('commit', lose)
  else if (verb === 'nodeLosesReplay') node.onNext('replay', lose)
  else if (verb === 'nodeKill') kill()
  else node.onNext(verb === 'nodeDiesJournaling' ? 'append' : 'replay', kill)
}

function loseDatabase({ central, rare, time }: World, ms: number): void {
  rare.add('database_away')
  central.database.goAway()
  time.after(ms, central.database.comeBack)
}
