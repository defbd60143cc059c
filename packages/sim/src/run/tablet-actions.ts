import type { RunningGate } from '@eventpass/sync'
import { currentLedger, type Tablet } from '../gate/tablet.ts'
import { copyDisk, overwriteDisk } from '../gate/tablet-disk.ts'
import type { Plan, Step } from '../plan/steps.ts'
import { background } from './background.ts'
import { deviceRow } from './devices.ts'
import { damageManifest, markCopied, restoreTablet, startTablet } from './disasters.ts'
import type { Memory } from './memory.ts'
import { attemptOf, show } from './show.ts'
import type { World } from './world.ts'

export type TabletStep = Extract<Step, { readonly tablet: number }>

/** Where a step happens. */
export interface Place {
  readonly world: World
  readonly plan: Plan
  readonly memory: Memory
  readonly at: number
  readonly tablet: Tablet
  /** Null while the tablet sleeps or is off: then nobody can ask it anything. */
  readonly gate: RunningGate | null
}

type Actions = {
  readonly [Verb in TabletStep['do']]: (
    place: Place,
    step: Extract<TabletStep, { do: Verb }>,
  ) => void
}

/** What each step does to its tablet; one that means nothing now does nothing. */
export const tabletActions: Actions = {
  scan({ world, memory, at, gate }, step) {
    const attempt = attemptOf(world, step)
    if (gate) show(world, memory, at, gate.scan(attempt), attempt)
  },
  answer({ world, memory, at, gate }) {
    const asked = memory.attentions.get(at)
    memory.attentions.delete(at)
    if (!gate || !asked) return
    const attempt = { ...asked.attempt, answers: asked.id }
    show(world, memory, at, gate.scan(attempt), attempt)
  },
  undo({ world, memory, at, gate }) {
    const target = memory.admits.get(at)
    memory.admits.delete(at)
    if (gate && target) show(world, memory, at, gate.undo(target, 'a slip'), null)
  },
  sync({ gate }) {
    if (gate) background(gate.syncNow())
  },
  kill({ world, tablet }, { ms }) {
    if (tablet.countWrites() > 0) world.rare.add('tablet_killed_in_write')
    if (tablet.status()?.stage === 'loading') world.rare.add('first_load_broken')
    tablet.kill()
    world.time.after(ms, () => startTablet(world, tablet))
  },
  sleep({ world, tablet }, { ms }) {
    tablet.fallAsleep()
    world.time.after(ms, () => {
      if (!world.isNight) tablet.wake()
    })
  },
  stepWall({ world, tablet }, { ms }) {
    if (ms !== 0) world.rare.add('clock_jumped')
    tablet.clock.stepWall(ms)
  },
  line({ world, tablet }, { mode, ms }) {
    tablet.line.mode = mode
    if (mode === 'portal') world.rare.add('portal_page')
    if (mode === 'impostor') world.rare.add('impostor')
    world.time.after(ms, () => {
      tablet.line.mode = 'up'
      tablet.tellOnline()
    })
  },
  backUp({ memory, at, tablet }) {
    memory.backups.set(at, copyDisk(tablet.disk))
  },
  restore({ world, memory, at, tablet }) {
    const backup = memory.backups.get(at)
    if (backup) restoreTablet(world, tablet, backup)
  },
  clone({ world, plan, at, tablet }) {
    const tabletPlan = plan.tablets[at]
    if (!currentLedger(tablet) || !tabletPlan) return
    const twin = world.addTablet(tabletPlan)
    twin.clock.beginToLie()
    overwriteDisk(twin.disk, tablet.disk)
    markCopied(world, tablet)
    world.rare.add('tablet_cloned')
    startTablet(world, twin)
  },
  damage({ world, tablet }) {
    damageManifest(world, tablet)
  },
  revoke({ world, tablet, gate }) {
    const device = deviceRow(world, tablet)
    if (device?.state !== 'active' && device?.state !== 'pair_anew') return
    if (tablet.line.mode !== 'up' || !gate) world.rare.add('revoked_while_offline')
    background(world.central.owner.devicesAdmin.revoke({ device: device.id }))
  },
  pairAnew({ world, plan, at, tablet, gate }) {
    const tabletPlan = plan.tablets[at]
    if (gate && tabletPlan && tablet.line.mode === 'up') background(world.pair(tablet, tabletPlan))
  },
  move({ world, tablet }, step) {
    const device = deviceRow(world, tablet)
    const list = world.lists[step.list]
    if (device?.state !== 'active' || !list || device.list === list) return
    world.rare.add('place_moved')
    const place = { list, gate: device.gate, role: device.role }
    background(world.central.owner.devicesAdmin.move({ device: device.id, place }))
  },
}
