import { createRandom, type Random } from '../kernel/random.ts'
import type { LineMode, LinePlan } from '../net/line.ts'
import { makeErasure } from './make-erasure.ts'
import type { Plan, Step, TabletPlan } from './steps.ts'
import { withFailover } from './with-failover.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const yearMs = 365 * 24 * hourMs

/** What may go wrong in a seed; each takes a few of these, so that rare things meet in many mixtures. */
const hazards = [
  'lines',
  'kills',
  'sleeps',
  'clockSteps',
  'restores',
  'clones',
  'revocations',
  'edits',
  'central',
  'backups',
  'nights',
  'moves',
  'liars',
  'races',
  'gifts',
  'outages',
  'authority',
  'claims',
  'hub',
  'erasures',
] as const
type Hazard = (typeof hazards)[number]

/** The world of a seed: always the same one. */
export function makePlan(seed: string): Plan {
  const random = createRandom(`plan/${seed}`)
  const mood = new Set<Hazard>(hazards.filter(() => random.chance(0.45)))
  const tablets = Array.from({ length: random.int(2, 4) }, (_, at) => makeTablet(random, mood, at))
  const tickets = random.int(4, 12)
  const steps = makeSteps(random, mood, tablets.length, tickets)
  const stock = random.chance(0.3) ? null : random.int(1, 4)
  const plan = { seed, tickets, stock, tablets, steps }
  // A stream of its own, so that all others live as they would without nodes.
  return withFailover(plan, random.fork('failover'))
}

function makeTablet(random: Random, mood: ReadonlySet<Hazard>, at: number): TabletPlan {
  const isExact = mood.has('races') && random.chance(0.5)
  const lies = mood.has('liars') && at === 0 ? random.pick(['wall', 'mono'] as const) : 'none'
  return {
    clock: isExact
      ? { monoPpm: 0, wallPpm: 0, wallOffsetMs: 0, lies: 'none' }
      : {
          monoPpm: random.int(-180, 180),
          wallPpm: random.int(-180, 180),
          wallOffsetMs: random.pick([
            0,
            random.int(-10 * minuteMs, 10 * minuteMs),
            random.int(-40 * yearMs, 12 * yearMs),
          ]),
          lies,
        },
    line: isExact ? { delayMs: 0, jitterMs: 0, loss: 0, repeat: 0 } : makeLine(random, mood),
    list: mood.has('gifts') && random.chance(0.4) ? 2 : random.chance(0.75) ? 0 : 1,
    role: random.chance(0.2) ? 'supervisor' : 'steward',
  }
}

function makeLine(random: Random, mood: ReadonlySet<Hazard>): LinePlan {
  const bad = mood.has('lines') && random.chance(0.6)
  return {
    delayMs: random.int(2, bad ? 900 : 60),
    jitterMs: random.int(5, bad ? 3_000 : 80),
    loss: bad ? random.next() * 0.35 : 0,
    repeat: bad ? random.next() * 0.15 : 0.01,
  }
}

function makeSteps(
  random: Random,
  mood: ReadonlySet<Hazard>,
  tablets: number,
  tickets: number,
): readonly Step[] {
  const steps: Step[] = []
  let at = 0
  const phases = random.int(2, 4)
  // Without what has claims wait for each other, those of one code meet in the database.
  if (mood.has('races') && random.chance(0.6)) steps.push({ at, do: 'shedAway', ms: hourMs })
  for (let phase = 0; phase < phases; phase += 1) {
    const lasts = random.int(8_000, 35_000)
    const anyTime = () => at + random.int(0, lasts)
    for (let scans = random.int(4, 12); scans > 0; scans -= 1) {
      steps.push(...makeScans(random, mood, anyTime(), tablets, tickets))
    }
    for (const hazard of mood) {
      for (let times = random.int(0, 2); times > 0; times -= 1) {
        steps.push(...makeHazard(random, hazard, anyTime(), lasts, tablets, tickets))
      }
    }
    at += lasts
    if (phase < phases - 1 && mood.has('nights') && random.chance(0.5)) {
      steps.push({ at, do: 'night', ms: random.int(10 * minuteMs, 9 * hourMs) })
    }
  }
  return steps.sort((a, b) => a.at - b.at)
}

/** One person at a door; or one code at several doors at once. */
function makeScans(
  random: Random,
  mood: ReadonlySet<Hazard>,
  at: number,
  tablets: number,
  tickets: number,
): readonly Step[] {
  const ticket = Math.min(random.int(0, tickets - 1), random.int(0, tickets - 1))
  const scanAt = (when: number, tablet: number, act: 'entry' | 'exit' = 'entry'): Step => ({
    ...{ at: when, do: 'scan', tablet, ticket, act },
    by: random.chance(0.05) ? random.pick(['name', 'forged'] as const) : 'code',
    force: random.chance(0.04),
  })
  if (mood.has('races') && random.chance(0.35)) {
    const apart = random.pick([0, 0, 40, 1_500])
    return random
      .shuffle(Array.from({ length: tablets }, (_, tablet) => tablet))
      .slice(0, random.int(2, 3))
      .map((tablet) => scanAt(at + random.int(0, apart), tablet))
  }
  const tablet = random.int(0, tablets - 1)
  const follow: Step[] = []
  if (random.chance(0.1)) follow.push({ at: at + random.int(200, 9_000), do: 'undo', tablet })
  if (random.chance(0.4)) follow.push({ at: at + random.int(300, 4_000), do: 'answer', tablet })
  if (mood.has('kills') && random.chance(0.15)) {
    // While its writes are on their way: the scan's own, or those of the pass that it wakes.
    const soon = random.int(0, random.chance(0.5) ? 8 : 600)
    follow.push({ at: at + soon, do: 'kill', tablet, ms: random.int(50, 3_000) })
  }
  return [scanAt(at, tablet, random.chance(0.18) ? 'exit' : 'entry'), ...follow]
}

const modes = [
  'down',
  'down',
  'requests_lost',
  'answers_lost',
  'portal',
  'impostor',
  'busy',
] as const

function makeHazard(
  random: Random,
  hazard: Hazard,
  at: number,
  lasts: number,
  tablets: number,
  tickets: number,
): readonly Step[] {
  const tablet = random.int(0, tablets - 1)
  const ticket = random.int(0, tickets - 1)
  const later = () => at + random.int(500, lasts)
  switch (hazard) {
    case 'lines':
      return flap(random, at, tablet, lasts)
    case 'kills': {
      const kill: Step = { at, do: 'kill', tablet, ms: random.int(50, 8_000) }
      // In the middle of a pass, when what others scanned is being written down.
      return random.chance(0.3)
        ? [kill]
        : [{ at: at - random.int(20, 500), do: 'sync', tablet }, kill]
    }
    case 'sleeps':
      return [
        { at, do: 'sleep', tablet, ms: random.int(500, random.chance(0.3) ? 3 * hourMs : 20_000) },
      ]
    case 'clockSteps':
      return [
        {
          at,
          do: 'stepWall',
          tablet,
          ms: random.int(-1, 1) * random.pick([40_000, hourMs, 9 * yearMs]),
        },
      ]
    case 'restores':
      return [
        { at, do: 'backUp', tablet },
        { at: later(), do: 'restore', tablet },
      ]
    case 'clones':
      return random.chance(0.5) ? [{ at, do: 'clone', tablet }] : []
    case 'revocations': {
      if (random.chance(0.4)) return []
      const revoke: Step = { at, do: 'revoke', tablet }
      return random.chance(0.4) ? [revoke, { at: later(), do: 'pairAnew', tablet }] : [revoke]
    }
    case 'edits':
      return makeEdits(random, at, ticket, tablet)
    case 'central':
      return [{ at, do: 'centralKill' }]
    case 'backups':
      return [
        { at, do: 'centralBackUp' },
        { at: later(), do: 'centralRestore' },
      ]
    case 'moves':
      return [{ at, do: 'move', tablet, list: random.int(0, 2) }]
    case 'outages': {
      const ms = random.int(20, random.chance(0.5) ? 400 : 20_000)
      const verb = random.pick(['databaseAway', 'databaseLostInCommit', 'shedAway'] as const)
      return [{ at, do: verb, ms: verb === 'shedAway' ? lasts : ms }]
    }
    case 'hub': {
      const ms = random.int(5_000, lasts)
      const toHub: Step = { at, do: 'line', tablet, mode: 'hub', ms }
      const fate: Step = random.chance(0.5)
        ? { at: at + random.int(0, ms), do: 'hubLosesDisk' }
        : { at: at + random.int(0, 2_000), do: 'uplinkDown', ms: random.int(1_000, lasts) }
      return random.chance(0.3) ? [toHub] : [toHub, fate]
    }
    case 'erasures':
      return makeErasure(random, at, lasts, tablet, ticket)
    case 'claims':
      return random.chance(0.6)
        ? refuseClaimed(random, at, tablet, ticket)
        : dieClaiming(random, at + lasts, tablet, ticket)
    case 'authority':
      return [
        { at, do: 'authority', hub: true },
        { at: later(), do: 'authority', hub: false },
      ]
    case 'gifts':
      return [{ at, do: 'stock', stock: random.chance(0.3) ? null : random.int(0, 4) }]
    case 'nights':
    case 'liars':
    case 'races':
      return [{ at, do: 'sync', tablet }]
  }
}

/** A line that goes and comes back, once or again and again. */
function flap(random: Random, at: number, tablet: number, lasts: number): readonly Step[] {
  const mode: LineMode = random.pick(modes)
  const times = random.chance(0.3) ? random.int(3, 6) : 1
  const ms = random.int(300, Math.floor(lasts / times))
  return Array.from(
    { length: times },
    (_, no): Step => ({
      ...{ at: at + no * 2 * ms, do: 'line', tablet, mode, ms },
    }),
  )
}

function makeEdits(random: Random, at: number, ticket: number, tablet: number): readonly Step[] {
  const state = () => random.pick(['revoked', 'cancelled', 'unpaid', 'valid'] as const)
  switch (random.int(0, 4)) {
    case 0:
      return [{ at, do: 'state', ticket, state: state() }]
    case 1:
      return [{ at, do: 'reprint', ticket }]
    case 2:
      return scanUnlisted(random, at, tablet)
    case 3:
      // As fast as several people at their desks: their transactions overlap.
      return Array.from(
        { length: random.int(2, 4) },
        (_, no): Step => ({
          ...{
            at: at + random.int(0, 3),
            do: 'state',
            ticket: Math.max(0, ticket - no),
            state: state(),
          },
        }),
      )
    default:
      return [{ at, do: 'damage', tablet }]
  }
}

/** A code that was issued after the tablet's last pull, and that a person lets in all the same. */
function scanUnlisted(random: Random, at: number, tablet: number): readonly Step[] {
  const ms = random.int(3_000, 9_000)
  const scan = { do: 'scan', tablet, ticket: -1, act: 'entry', by: 'code', force: false } as const
  return [
    { at, do: 'line', tablet, mode: 'down', ms },
    { at: at + 50, do: 'issue' },
    { ...scan, at: at + 500 },
    { at: at + 1_500, do: 'answer', tablet },
  ]
}

/** A claim whose answer is lost, of a code that the tablet still holds for cancelled: its scan refuses. */
function refuseClaimed(
  random: Random,
  at: number,
  tablet: number,
  ticket: number,
): readonly Step[] {
  const scan = { do: 'scan', tablet, ticket, act: 'entry', by: 'code', force: false } as const
  const scanAt = at + random.int(2_500, 4_000)
  return [
    { at, do: 'state', ticket, state: 'cancelled' },
    { at: at + 500, do: 'sync', tablet },
    { at: at + 2_000, do: 'state', ticket, state: 'valid' },
    { at: scanAt - random.int(0, 4), do: 'line', tablet, mode: 'answers_lost', ms: 700 },
    { ...scan, at: scanAt },
  ]
}

/** A claim whose tablet dies before it chains the scan, and scans no more if this was its last. */
function dieClaiming(random: Random, at: number, tablet: number, ticket: number): readonly Step[] {
  const scan = { do: 'scan', tablet, ticket, act: 'entry', by: 'code', force: false } as const
  const ms = random.int(50, 2_000)
  return [
    { ...scan, at },
    { at: at + random.int(4, 60), do: 'kill', tablet, ms },
  ]
}
