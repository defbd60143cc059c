import { readCentral } from '../check/central-state.ts'
import { checkArrival, checkOnce } from '../check/check-arrival.ts'
import { checkClaims } from '../check/check-claims.ts'
import { checkErased } from '../check/check-erased.ts'
import { checkPromises } from '../check/check-promises.ts'
import { checkReplicas } from '../check/check-replicas.ts'
import { checkRulings } from '../check/check-rulings.ts'
import { checkTimes } from '../check/check-times.ts'
import { type FinalityWatch, watchFinality } from '../check/finality.ts'
import { currentLedger } from '../gate/tablet.ts'
import { createRandom } from '../kernel/random.ts'
import { withTrap } from '../kernel/trap.ts'
import type { Plan } from '../plan/steps.ts'
import { applyStep } from './apply-step.ts'
import { hashWorld } from './hash-world.ts'
import { createMemory } from './memory.ts'
import { noteRare } from './note-rare.ts'
import type { RareState } from './rare.ts'
import { openWorld, type World } from './world.ts'

/** How a world ended. */
export interface Outcome {
  /** Each begins with the name of what was violated, and a colon. */
  readonly violations: readonly string[]
  readonly rare: ReadonlySet<RareState>
  /** Of everything that central and the tablets hold: the same plan ends in the same hash. */
  readonly hash: string
  readonly events: number
}

const lookEveryMs = 2_000
/** Within this time of good lines nothing may be left to send: the longest deadline and the longest back-off. */
const healMs = 110_000

/** Lives through a plan, then mends what can be mended, and judges the end with full knowledge. */
export async function runPlan(plan: Plan): Promise<Outcome> {
  const { ended, caught } = await withTrap(() => liveAndJudge(plan))
  const ambient = caught.map((text) => `ambient: ${text}`)
  if ('value' in ended) {
    return { ...ended.value, violations: [...ambient, ...ended.value.violations] }
  }
  const { fault } = ended
  const told = fault instanceof Error ? (fault.stack ?? fault.message) : String(fault)
  return {
    ...{ violations: [...ambient, `crash: ${told}`], rare: new Set() },
    ...{ hash: 'none', events: 0 },
  }
}

async function liveAndJudge(plan: Plan): Promise<Outcome> {
  const world = await openWorld(plan)
  const watch = watchFinality(world)
  for (const tablet of world.tablets) tablet.clock.beginToLie()
  await live(world, plan, watch)
  await heal(world, watch)
  const state = readCentral(world)
  checkArrival(world, state)
  checkOnce(world, state)
  checkRulings(world, state, createRandom(`check/${plan.seed}`))
  checkClaims(world, state)
  checkPromises(world, state)
  checkTimes(world, state)
  await world.during(checkReplicas(world, state), 1_000)
  checkErased(world, state)
  for (const fault of world.central.faults) {
    world.violations.push(
      `fault: central failed with ${fault instanceof Error ? fault.stack : fault}`,
    )
  }
  for (const fault of world.faults) world.violations.push(`fault: ${fault}`)
  noteRare(world, state)
  const { violations, rare, time } = world
  return { violations, rare, hash: hashWorld(world), events: time.countEvents() }
}

async function live(world: World, plan: Plan, watch: FinalityWatch): Promise<void> {
  const { time } = world
  let doorsOpenMs = time.nowMs()
  const memory = createMemory()
  let lookedAtMs = doorsOpenMs
  for (const step of plan.steps) {
    await time.runUntil(doorsOpenMs + step.at)
    if (step.do === 'night') {
      await passNight(world, step.ms)
      doorsOpenMs += step.ms
    }
    applyStep(world, plan, memory, step)
    if (time.nowMs() - lookedAtMs < lookEveryMs) continue
    lookedAtMs = time.nowMs()
    watch.look()
  }
  await time.runUntil(time.nowMs() + 3_000)
}

/** Every tablet sleeps, and nobody works. */
async function passNight(world: World, ms: number): Promise<void> {
  const { rare, tablets, time } = world
  rare.add('slept_an_hour')
  world.isNight = true
  for (const tablet of tablets) tablet.fallAsleep()
  await time.runUntil(time.nowMs() + ms)
  world.isNight = false
  for (const tablet of tablets) tablet.wake()
}

/** The storm is over: every line is good, every tablet awake and on. */
async function heal(world: World, watch: FinalityWatch): Promise<void> {
  const { central, tablets, time } = world
  const mend = () => {
    for (const tablet of tablets) {
      tablet.line.mode = 'up'
      tablet.line.isCalm = true
      tablet.start()
      tablet.wake()
    }
  }
  const isAllSent = () =>
    central.isIdle() &&
    world.hub.countHeld() === 0 &&
    tablets.every((tablet) => {
      const [, ledger] = currentLedger(tablet) ?? []
      return !ledger || ledger.scans.length === ledger.receiptedThrough
    })
  world.isNight = false
  central.database.comeBack()
  for (const node of central.nodes) {
    node.calm()
    node.client.mend()
    node.start()
  }
  central.shed.isAway = false
  world.hub.isUplinkUp = true
  for (const tablet of tablets) {
    // Whoever stands before a tablet that may not work any more turns it off and on.
    if (tablet.status()?.stage !== 'ready') tablet.kill()
  }
  mend()
  const untilMs = time.nowMs() + healMs
  while (time.nowMs() < untilMs) {
    await time.runUntil(time.nowMs() + 5_000)
    mend()
    if (isAllSent()) break
  }
  watch.look()
  for (let pass = 0; pass < 2; pass += 1) {
    for (const tablet of tablets) {
      const gate = tablet.gate()
      if (gate)
        await world.during(
          gate.syncNow().catch(() => undefined),
          90_000,
        )
    }
    await time.runUntil(time.nowMs() + 4_000)
  }
  watch.look()
}
