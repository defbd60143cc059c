import type { EntryDraft } from './history.ts'
import { findStep, type Plan, type PlanDefinition, type StepDefinition } from './plan.ts'

/**
 * Says what a changed template means for the work done so far.
 *
 * Titles and time limits change quietly. A step whose kind or proof changed is pending again: what
 * was proven is not what the template asks now. Nothing comes back where nothing changed.
 *
 * @param plan the plan folded from its history with the *new* definition
 */
export function adoptTemplate(
  before: PlanDefinition,
  after: PlanDefinition,
  plan: Plan,
): EntryDraft[] {
  const old = definitionsById(before)
  const fresh = definitionsById(after)
  const kept = [...fresh.values()].filter((step) => old.has(step.id))
  const changed = kept.filter((step) => differs(old.get(step.id), step))
  const asksElse = changed.filter((step) => asksForSomethingElse(old.get(step.id), step))
  const added = [...fresh.keys()].filter((id) => !old.has(id))
  const removed = [...old.keys()].filter((id) => !fresh.has(id))

  const parts = [
    ['changed', changed.map((step) => step.id)],
    ['added', added],
    ['removed', removed],
  ].flatMap(([word, ids]) => (ids?.length ? [`${word} ${[ids].flat().join(', ')}`] : []))
  if (phaseTitles(before) !== phaseTitles(after)) parts.push('phase titles changed')
  if (before.project !== after.project || before.version !== after.version) {
    parts.push(`now ${after.project} ${after.version}`)
  }
  if (parts.length === 0) return []

  const resets = asksElse.filter((step) => findStep(plan, step.id)?.status !== 'pending')
  return [
    ...resets.map(
      (step): EntryDraft => ({
        event: 'step_reset',
        step: step.id,
        status: 'pending',
        note: 'the template asks for another proof',
      }),
    ),
    { event: 'template_adopted', note: parts.join('; ') },
  ]
}

const definitionsById = (definition: PlanDefinition): ReadonlyMap<string, StepDefinition> =>
  new Map(definition.phases.flatMap((phase) => phase.steps).map((step) => [step.id, step]))

const phaseTitles = ({ phases }: PlanDefinition): string =>
  JSON.stringify(phases.map(({ id, title }) => [id, title]))

const differs = (a: StepDefinition | undefined, b: StepDefinition): boolean =>
  a?.title !== b.title ||
  a.change !== b.change ||
  a.timeLimitSeconds !== b.timeLimitSeconds ||
  asksForSomethingElse(a, b)

const asksForSomethingElse = (a: StepDefinition | undefined, b: StepDefinition): boolean =>
  a?.kind !== b.kind ||
  a.proof?.command !== b.proof?.command ||
  a.proof?.by !== b.proof?.by ||
  a.proof?.testsMin !== b.proof?.testsMin
