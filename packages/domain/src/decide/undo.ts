import type { InviteeNo } from '../ids.ts'
import { VOID_MS_MAX } from '../reconcile/voids.ts'
import type { DeviceRole, ScanAct } from '../scan.ts'
import type { Tier, Verdict, VerdictKind } from '../verdict.ts'
import { isBlank } from './ask-checks.ts'

/** All that undoing a scan rests on. */
export interface UndoInput {
  /** The scan to undo, or null where it is not known here. */
  readonly target: UndoTarget | null
  readonly role: DeviceRole
  /** Whether a supervisor's PIN was given and was right. */
  readonly pinOk: boolean
  readonly note: string | null
  readonly tier: Exclude<Tier, 'signature'>
  readonly replicaAgeMs: number | null
  readonly revision: number
}

export interface UndoTarget {
  readonly act: ScanAct
  readonly verdict: VerdictKind
  readonly invitee: InviteeNo | null
  readonly voided: boolean
  /** Made by the device that undoes. */
  readonly own: boolean
  /** Ms since it was made, at most; null where that cannot be told. */
  readonly agoMs: number | null
}

/**
 * Decides a `void` (LG6): the same device within 15 minutes, or a supervisor
 * with a reason. `admit` voids; a refusal is recorded as well.
 */
export function decideUndo(input: UndoInput): Verdict {
  const explanation = whyNot(input)
  return {
    kind: explanation === null ? 'admit' : 'refuse',
    reason: explanation === null ? null : 'not_undoable',
    tier: input.tier,
    invitee: input.target?.invitee ?? null,
    forced: false,
    earlier: null,
    explanation,
    whenMs: null,
    question: null,
    replicaAgeMs: input.replicaAgeMs,
    revision: input.revision,
    notice: null,
  }
}

function whyNot({ target, role, pinOk, note }: UndoInput): string | null {
  if (!target) return 'That scan is not known here.'
  if (target.act === 'void' || target.verdict !== 'admit') return 'That scan let nobody in or out.'
  if (target.voided) return 'That scan is undone already.'
  if (role === 'supervisor' || pinOk) {
    return isBlank(note) ? 'A supervisor who undoes a scan gives a reason.' : null
  }
  if (!target.own) return 'Another device made that scan: ask a supervisor.'
  const { agoMs } = target
  const recent = agoMs !== null && agoMs >= 0 && agoMs <= VOID_MS_MAX
  return recent ? null : 'More than 15 minutes have gone by: ask a supervisor.'
}
