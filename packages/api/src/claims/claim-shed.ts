/** The longest that a claim waits for its turn; then it goes to the database all the same (CL3). */
export const shedMsMax = 50

/**
 * Lets claims of one code come to the database one after another, so that they do not all meet there.
 *
 * It may delay and nothing else: it grants nothing, denies nothing and never fails. Whoever waited
 * long enough goes on, whatever became of those before.
 */
export interface ClaimShed {
  /** Resolves at this claim's turn or after `shedMsMax`; call what it answers when the claim is through. */
  readonly enter: (key: string) => Promise<() => void>
}

export interface ShedDep {
  readonly shed: ClaimShed
}
