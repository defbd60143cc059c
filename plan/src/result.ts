/** Why the tracker did not do what it was asked; each kind has one exit code in the CLI. */
export type PlanFailureKind =
  | 'already_done'
  | 'bad_file'
  | 'busy'
  | 'earlier_phase_open'
  | 'force_not_allowed'
  | 'has_proof'
  | 'needs_reason'
  | 'not_proven'
  | 'not_started'
  | 'paused'
  | 'resume_not_allowed'
  | 'storage'
  | 'unknown_proposal'
  | 'unknown_step'
  | 'wrong_kind'

/** An expected refusal: what happened, and what to do next. */
export interface PlanFailure {
  readonly kind: PlanFailureKind
  readonly message: string
  readonly hint: string
}

export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: PlanFailure }

export const ok = <T>(value: T): Result<T> => ({ ok: true, value })

/** Makes a refusal; the hint says what the reader can do about it. */
export function refused(kind: PlanFailureKind, message: string, hint: string): Result<never> {
  return { ok: false, failure: { kind, message, hint } }
}
