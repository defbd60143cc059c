import { definitionOf, foldPlan } from './fold-plan.ts'
import { type EntryDraft, joinHistories } from './history.ts'
import { mirrorText } from './mirror-text.ts'
import { type Entry, findStep, type Plan, type PlanDefinition, type Run, stepsOf } from './plan.ts'
import type { StoreReading } from './plan-store.ts'
import type { PlanFailure } from './result.ts'

/** Something that was found wrong and put right, for whoever watches. */
export interface Notice {
  readonly kind:
    | 'table_missing'
    | 'table_damaged'
    | 'table_edited'
    | 'table_behind'
    | 'mirror_missing'
    | 'mirror_damaged'
    | 'mirror_edited'
    | 'mirror_behind'
    | 'mirror_reformatted'
    | 'joined'
    | 'backup_used'
    | 'template_adopted'
  readonly message: string
}

export interface Sources {
  readonly template: PlanDefinition
  readonly table: StoreReading
  readonly mirrorPath: string
  readonly mirror: string | null
  /** The newest readable backup; asked for only when neither table nor mirror is whole. */
  readonly backup: { readonly path: string; readonly text: string } | null
  readonly nowMs: number
}

/** One witness of the plan's history. */
export interface Witness {
  /** As it was written: every line whole, every status what its history says. */
  readonly whole: boolean
  readonly history: readonly Entry[]
  readonly runs: readonly Run[]
  readonly plan: Plan | null
}

export interface MirrorWitness {
  readonly witness: Witness
  readonly fault: PlanFailure | null
}

/** What was found: every witness, and the plan that their lines fold to. */
export interface Findings {
  readonly sources: Sources
  readonly table: Witness
  readonly mirror: MirrorWitness
  readonly backup: Witness
  readonly drafts: readonly EntryDraft[]
  readonly plan: Plan
}

/** Says in words what was wrong and which source was used instead. */
export function noticesOf(findings: Findings): Notice[] {
  const { sources, table, mirror, backup, drafts, plan } = findings
  return [
    ...noticesOfTable(sources, table),
    ...noticesOfMirror(sources, mirror, plan),
    ...noticesOfBoth(sources, table, mirror.witness, plan),
    ...noticesOfBackup(sources, backup, [...table.history, ...mirror.witness.history]),
    ...drafts.flatMap(noticeOfDraft),
  ]
}

function noticesOfTable({ table, mirrorPath }: Sources, witness: Witness): Notice[] {
  if (table.kind === 'absent') {
    return [
      { kind: 'table_missing', message: `The table was missing; rebuilt it from ${mirrorPath}.` },
    ]
  }
  if (table.kind === 'damaged') {
    const message = `The table was unreadable (${table.why}); put it aside and rebuilt it from ${mirrorPath}.`
    return [{ kind: 'table_damaged', message }]
  }
  if (witness.whole) return []
  const message =
    'The table had been changed by other hands; rebuilt it from the lines of history that are whole.'
  return [{ kind: 'table_edited', message }]
}

function noticesOfMirror(sources: Sources, mirror: MirrorWitness, plan: Plan): Notice[] {
  const path = sources.mirrorPath
  if (sources.mirror === null) {
    return [{ kind: 'mirror_missing', message: `${path} was missing; wrote it from the table.` }]
  }
  if (mirror.fault) {
    const message = `${mirror.fault.message}\nPut the damaged file aside and wrote it anew from what is whole.`
    return [{ kind: 'mirror_damaged', message }]
  }
  if (mirror.witness.whole) return []
  const claims = unsupported(mirror.witness.plan, plan)
  const message = `${path} had been edited by hand${claims}; put that copy aside and wrote it anew from the history.`
  return [{ kind: 'mirror_edited', message }]
}

/** What an edited mirror says that no line of history supports. */
function unsupported(edited: Plan | null, plan: Plan): string {
  const claims = (edited ? stepsOf(edited) : []).flatMap((step) => {
    const status = findStep(plan, step.id)?.status
    return status === step.status
      ? []
      : [`${step.id} says ${step.status} where history says ${status ?? 'nothing'}`]
  })
  if (claims.length === 0) return ''
  return ` (${claims.slice(0, 5).join(', ')}${claims.length > 5 ? ', …' : ''})`
}

function noticesOfBoth(sources: Sources, table: Witness, mirror: Witness, plan: Plan): Notice[] {
  if (sources.table.kind !== 'present' || sources.mirror === null) return []
  const path = sources.mirrorPath
  const onlyTable = linesOnlyIn(table, mirror)
  const onlyMirror = linesOnlyIn(mirror, table)
  if (onlyTable > 0 && onlyMirror > 0) {
    const message = `The table had ${lines(onlyTable)} of history that ${path} had not, and ${path} had ${lines(onlyMirror)} that the table had not; joined them.`
    return [{ kind: 'joined', message }]
  }
  if (onlyMirror > 0) {
    const message = `The table was ${lines(onlyMirror)} of history behind ${path}; brought it up from there.`
    return [{ kind: 'table_behind', message }]
  }
  if (!mirror.whole) return []
  if (onlyTable > 0) {
    const message = `${path} was ${lines(onlyTable)} of history behind the table; brought it up from there.`
    return [{ kind: 'mirror_behind', message }]
  }
  const expected = mirrorText(foldPlan(definitionOf(mirror.plan ?? plan), plan.history, plan.runs))
  if (sources.mirror === expected) return []
  const message = `${path} said the same in another form; wrote it in its own form again.`
  return [{ kind: 'mirror_reformatted', message }]
}

function noticesOfBackup(
  { backup }: Sources,
  witness: Witness,
  others: readonly Entry[],
): Notice[] {
  if (witness.plan === null || backup === null) return []
  const known = new Set(joinHistories(others).map((entry) => entry.id))
  const gained = joinHistories(witness.history).filter((entry) => !known.has(entry.id)).length
  const message = `Took ${lines(gained)} of history from the backup ${backup.path}; what came after it and was damaged is lost.`
  return [{ kind: 'backup_used', message }]
}

function noticeOfDraft({ event, note }: EntryDraft): Notice[] {
  if (event !== 'template_adopted') return []
  return [{ kind: 'template_adopted', message: `The template has changed: ${note}.` }]
}

function linesOnlyIn(one: Witness, other: Witness): number {
  const known = new Set(joinHistories(other.history).map((entry) => entry.id))
  return joinHistories(one.history).filter((entry) => !known.has(entry.id)).length
}

const lines = (count: number): string => (count === 1 ? '1 line' : `${count} lines`)
