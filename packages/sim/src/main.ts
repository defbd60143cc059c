import { makePlan } from './plan/make-plan.ts'
import { runPlan } from './run/run-plan.ts'

export async function main(args: readonly string[]): Promise<number> {
  const [from = '1', count = '100'] = args
  const rare = new Map<string, number>()
  let failed = 0
  let events = 0
  const kinds = new Map<string, string[]>()
  const started = Date.now()
  for (let seed = Number(from); seed < Number(from) + Number(count); seed += 1) {
    const outcome = await runPlan(makePlan(`${seed}`))
    events += outcome.events
    for (const one of outcome.rare) rare.set(one, (rare.get(one) ?? 0) + 1)
    if (outcome.violations.length > 0) {
      failed += 1
      for (const v of outcome.violations) {
        const kind = v.slice(0, v.indexOf(':'))
        kinds.set(kind, [...(kinds.get(kind) ?? []), `${seed}: ${v.slice(0, 600)}`])
      }
    }
  }
  console.log([...rare].sort((a, b) => b[1] - a[1]))
  for (const [kind, list] of kinds) console.log(kind, list.length, list.slice(0, 4))
  console.log({ failed, ms: Date.now() - started, events })
  return failed > 0 ? 1 : 0
}
