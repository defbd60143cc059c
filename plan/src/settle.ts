import { adoptTemplate } from './adopt-template.ts'
import { advancing, appendHistory } from './append-history.ts'
import { definitionOf, foldPlan } from './fold-plan.ts'
import { joinHistories, joinRuns } from './history.ts'
import { parseMirror, salvageMirror } from './mirror-file.ts'
import { mirrorText } from './mirror-text.ts'
import type { Plan } from './plan.ts'
import type { StoreReading } from './plan-store.ts'
import { ok, type PlanFailure, type Result, refused } from './result.ts'
import {
  type MirrorWitness,
  type Notice,
  noticesOf,
  type Sources,
  type Witness,
} from './settle-notices.ts'

export interface Settled {
  /** Null when the plan was never started. */
  readonly plan: Plan | null
  readonly notices: readonly Notice[]
  /** The mirror holds something that exists nowhere else and is kept before it is replaced. */
  readonly keepMirror: boolean
}

const nothing: Witness = { whole: false, history: [], runs: [], plan: null }

/**
 * Decides what the plan is, from a table and a mirror that may disagree.
 *
 * The history is a set of lines that prove themselves whole, so the answer is their union, and
 * the state is what that history folds to. A status that no line supports is dropped, whoever
 * wrote it; a line that only one side has is kept. Every difference becomes a notice.
 */
export function settle(sources: Sources): Result<Settled> {
  const table = witnessOfTable(sources.table)
  const mirror = witnessOfMirror(sources.mirrorPath, sources.mirror)
  const needsBackup = !table.whole && !mirror.witness.whole && sources.mirror !== null
  const backup = needsBackup ? witnessOfBackup(sources.backup) : nothing

  const witnesses = [table, mirror.witness, backup]
  const history = joinHistories(...witnesses.map((witness) => witness.history))
  if (history.length === 0) return nothingToGoBy(sources, mirror.fault)

  const runs = joinRuns(...witnesses.map((witness) => witness.runs))
  const before = latest(witnesses)
  const folded = foldPlan(sources.template, history, runs)
  const drafts = before ? adoptTemplate(definitionOf(before), sources.template, folded) : []
  const plan =
    drafts.length > 0
      ? appendHistory(folded, advancing(folded, drafts, sources.nowMs), [], sources.nowMs)
      : folded

  return ok({
    plan,
    keepMirror: sources.mirror !== null && !mirror.witness.whole,
    notices: noticesOf({ sources, table, mirror, backup, drafts, plan: folded }),
  })
}

/**
 * The state whose definitions the template is compared with: of those that are whole, the one
 * that went on longest, since it may have adopted this very template already.
 */
function latest(witnesses: readonly Witness[]): Plan | null {
  const lastOf = ({ history }: Witness) => history.at(-1)?.at ?? ''
  const whole = witnesses.filter((witness) => witness.whole)
  const ranked = whole.toSorted((a, b) => (lastOf(a) < lastOf(b) ? 1 : -1))
  return ranked[0]?.plan ?? witnesses.find((witness) => witness.plan)?.plan ?? null
}

function witnessOfTable(table: StoreReading): Witness {
  if (table.kind !== 'present') return nothing
  return witnessOf(table.plan)
}

function witnessOfMirror(path: string, text: string | null): MirrorWitness {
  if (text === null) return { witness: nothing, fault: null }
  const read = parseMirror(text, path)
  if (!read.ok) {
    return { witness: { ...nothing, ...salvageMirror(text) }, fault: read.failure }
  }
  const { plan, intact } = read.value
  const witness = witnessOf(plan)
  return { witness: { ...witness, whole: witness.whole && intact }, fault: null }
}

function witnessOfBackup(backup: Sources['backup']): Witness {
  const read = backup ? parseMirror(backup.text, backup.path) : null
  return read?.ok ? witnessOf(read.value.plan) : nothing
}

function witnessOf(plan: Plan): Witness {
  const supported = foldPlan(definitionOf(plan), joinHistories(plan.history), joinRuns(plan.runs))
  return {
    whole: mirrorText(plan) === mirrorText(supported),
    history: plan.history,
    runs: plan.runs,
    plan,
  }
}

function nothingToGoBy(sources: Sources, fault: PlanFailure | null): Result<Settled> {
  if (sources.mirror === null && sources.table.kind === 'absent') {
    return ok({ plan: null, notices: [], keepMirror: false })
  }
  const why =
    fault?.message ??
    `${sources.mirrorPath} ${sources.mirror === null ? 'is missing' : 'holds no history'}`
  return refused(
    'bad_file',
    `${why}\nNeither the table nor a backup can stand in for it.`,
    `Put it back: git checkout -- ${sources.mirrorPath}. To begin anew, remove it and the table, then: eventpass ai start`,
  )
}
