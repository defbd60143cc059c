import type { Random } from '../kernel/random.ts'
import type { Plan, Step } from './steps.ts'

const nodes = 2

/** Some worlds have nodes that go on while they do not see the database (CL4), and what befalls those. */
export function withFailover(plan: Plan, random: Random): Plan {
  if (!random.chance(0.22)) return plan
  const lastsMs = plan.steps.at(-1)?.at ?? 0
  const steps = Array.from({ length: random.int(2, 3) }, () =>
    makeOutage(random, plan, random.int(0, lastsMs)),
  )
  return { ...plan, nodes, steps: [...plan.steps, ...steps.flat()].sort((a, b) => a.at - b.at) }
}

/** One outage: a node alone or all, with people at the doors meanwhile. */
function makeOutage(random: Random, { tablets, tickets }: Plan, at: number): readonly Step[] {
  const node = random.int(0, nodes - 1)
  const ms = random.int(300, random.chance(0.7) ? 3_000 : 9_000)
  const scans = makeCrowd(random, tablets.length, tickets, at, ms)
  const isWhole = random.chance(0.25)
  const first: Step = isWhole
    ? { at, do: 'databaseAway', ms }
    : { at, do: random.pick(['nodeLosesDatabase', 'nodeLosesCommit']), node, ms }
  return [first, ...scans, ...makeDeaths(random, node, at, ms)]
}

/** Some codes, most of them shown at more than one door: at nodes that see it differently, as a rule. */
function makeCrowd(
  random: Random,
  tablets: number,
  tickets: number,
  from: number,
  lasts: number,
): readonly Step[] {
  return Array.from({ length: random.int(1, 3) }, () => {
    const ticket = random.int(0, tickets - 1)
    const at = from + random.int(0, lasts)
    const doors = random.shuffle(Array.from({ length: tablets }, (_, tablet) => tablet))
    return doors.slice(0, random.int(1, 3)).map((tablet): Step => {
      const scan = { do: 'scan', tablet, ticket, act: 'entry', by: 'code', force: false } as const
      return { ...scan, at: at + random.pick([0, 3, random.int(0, 900)]) }
    })
  }).flat()
}

/** A node may end while it writes down, or while it replays; or lose its database again meanwhile. */
function makeDeaths(random: Random, node: number, at: number, lasts: number): readonly Step[] {
  const ms = random.int(200, 4_000)
  const end = random.next()
  if (end < 0.3) return [{ at, do: 'nodeDiesReplaying', node, ms }]
  if (end < 0.5) return [{ at, do: 'nodeLosesReplay', node, ms }]
  if (end < 0.7) return [{ at, do: 'nodeDiesJournaling', node, ms }]
  return end < 0.8 ? [{ at: at + random.int(0, lasts), do: 'nodeKill', node, ms }] : []
}
