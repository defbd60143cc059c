import { parseArgs } from 'node:util'
import { makePlan } from '../plan/make-plan.ts'
import { describeStep } from '../plan/steps.ts'
import { rareStates } from '../run/rare.ts'
import { runPlan } from '../run/run-plan.ts'
import { describeRare } from './describe-rare.ts'
import { runSeeds, type SeedResult } from './run-seeds.ts'
import { kindOf, shrinkPlan } from './shrink-plan.ts'

const usage = `pnpm sim [--seeds N] [--from S] [--seed X] [--until CHECKS]

Lives through simulated worlds and judges each with full knowledge.
  --seeds N   how many seeds (1000)
  --from S    the first of them (1)
  --seed X    this one alone, with its steps
  --until A,B end at the first seed that one of these checks fails, without cutting it down
`
/** Worlds that cutting down one failure may try. */
const shrinkRunsMax = 150
const seedsMax = 1_000_000
/** Fewer runs may leave a rare state out. */
const allReachedFrom = 1_000

/** The command line; answers the exit code. */
export async function runCommand(args: readonly string[]): Promise<number> {
  const options = readOptions(args)
  if (typeof options === 'string') {
    say(options)
    return 2
  }
  const { seeds, from, seed, until } = options
  if (seed !== null) return showSeed(`${seed}`)

  const startedAtMs = performance.now()
  const rare = new Map<string, number>()
  const failed: SeedResult[] = []
  let [done, events] = [0, 0]
  await runSeeds(
    Array.from({ length: seeds }, (_, at) => from + at),
    (result) => {
      done += 1
      events += result.events
      for (const state of result.rare) rare.set(state, (rare.get(state) ?? 0) + 1)
      if (result.violations.length > 0) failed.push(result)
      if (done % 100 === 0) say(`${done} of ${seeds} seeds, ${failed.length} failed`)
      return !result.violations.some((violation) => until.includes(kindOf(violation)))
    },
  )
  failed.sort((a, b) => a.seed - b.seed)
  if (until.length > 0) return sayFound(failed, until)
  const [worst] = failed
  say(describeRare(rare, done))
  const seconds = Math.round((performance.now() - startedAtMs) / 1_000)
  say(`${done - failed.length} passed, ${failed.length} failed, ${events} events in ${seconds} s.`)
  if (!worst) return sayNeverReached(rare, done)
  for (const { seed: one, violations } of failed.slice(0, 20)) say(`seed ${one}: ${violations[0]}`)
  say(`\nCutting down seed ${worst.seed}.`)
  await showSeed(`${worst.seed}`)
  return 1
}

/** So many worlds must come to every rare state, or what they prove of it is nothing. */
function sayNeverReached(rare: ReadonlyMap<string, number>, runs: number): number {
  const missing = rareStates.filter((state) => !rare.has(state))
  if (runs < allReachedFrom || missing.length === 0) return 0
  say(`No run reached ${missing.join(', ')}.`)
  return 1
}

/** The first seed that failed one of these checks, on one line. */
function sayFound(failed: readonly SeedResult[], until: readonly string[]): number {
  for (const { seed, violations } of failed) {
    const found = violations.find((violation) => until.includes(kindOf(violation)))
    if (found === undefined) continue
    say(`seed ${seed}: ${found}`)
    return 1
  }
  const [first] = failed
  const what = first ? ` seed ${first.seed}: ${first.violations[0]?.split('\n')[0]}` : ''
  say(`No seed failed ${until.join(' or ')}; ${failed.length} failed another check.${what}`)
  return 0
}

/** One seed as a person reads it: how it fails, and the fewest steps that make it fail. */
async function showSeed(seed: string): Promise<number> {
  const plan = makePlan(seed)
  const outcome = await runPlan(plan)
  if (outcome.violations.length === 0) {
    for (const step of plan.steps) say(describeStep(step))
    say(`Seed ${seed} ends as it should after ${outcome.events} events, in state ${outcome.hash}.`)
    say(`Rare states: ${[...outcome.rare].join(', ') || 'none'}.`)
    return 0
  }
  for (const violation of outcome.violations) say(`seed ${seed}: ${violation}`)
  const shrunk = await shrinkPlan(plan, outcome, shrinkRunsMax)
  const count = `${shrunk.plan.steps.length} of ${plan.steps.length} steps`
  say(`\n${count} are enough (${shrunk.runs} worlds tried):`)
  for (const step of shrunk.plan.steps) say(describeStep(step))
  for (const violation of shrunk.outcome.violations) say(violation)
  say(`\nAs a plan, for a named test:\n${JSON.stringify(shrunk.plan)}`)
  say(`Again: pnpm sim --seed ${seed}`)
  return 1
}

interface Options {
  readonly seeds: number
  readonly from: number
  readonly seed: number | null
  /** Names of checks; none means to go through all seeds. */
  readonly until: readonly string[]
}

/** The options, or what is wrong with them. */
function readOptions(args: readonly string[]): Options | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        seeds: { type: 'string', default: '1000' },
        from: { type: 'string', default: '1' },
        seed: { type: 'string' },
        until: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    })
    if (values.help) return usage
    const [seeds, from] = [readNumber(values.seeds), readNumber(values.from)]
    const seed = values.seed === undefined ? null : readNumber(values.seed)
    if (seeds === undefined || from === undefined || seed === undefined) {
      return `A seed and a count of seeds are whole numbers from 1 to ${seedsMax}.\n\n${usage}`
    }
    return { seeds, from, seed, until: values.until?.split(',') ?? [] }
  } catch (error) {
    return `${error instanceof Error ? error.message : error}\n\n${usage}`
  }
}

function readNumber(text: string): number | undefined {
  const number = Number(text)
  return Number.isInteger(number) && number >= 1 && number <= seedsMax ? number : undefined
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
