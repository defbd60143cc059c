/** One question as a client asked it, and what it heard. Times are ms of this machine's clock. */
export interface Asked {
  readonly op: string
  readonly device: string
  /** What may be taken once: the list or the gift, and the code. */
  readonly key: string
  /** All that was asked under the op: another one is another question. */
  readonly body: string
  readonly fromMs: number
  readonly toMs: number
  readonly heard: Heard
}

/**
 * `unknown` is no answer in time, a cut line, a fault of the server's or a promise to decide later:
 * the claim may be there or not. `wrong` is an answer that no claim may ever get.
 */
export type Heard =
  | ({ readonly kind: 'accepted' } & Told)
  | ({ readonly kind: 'taken'; readonly by: string } & Told)
  | ({ readonly kind: 'refused' } & Told)
  | { readonly kind: 'op_reused' }
  | { readonly kind: 'unknown'; readonly why: string }
  | { readonly kind: 'wrong'; readonly what: string }

interface Told {
  /** The whole answer as text, without the invitee's row, which is read anew each time. */
  readonly told: string
}

/**
 * Something that may end a claim, which is then free to be taken anew: its scan was pushed and says
 * something else than admit, or its device went on in another life. `toMs` is null where nobody knows
 * whether it was done.
 */
export interface Release {
  readonly op: string
  readonly fromMs: number
  readonly toMs: number | null
}

/** A claim as the database has it in the end. */
export interface StoredClaim {
  readonly op: string
  readonly device: string
  readonly key: string
  readonly body: string
  readonly outcome: 'accepted' | 'taken' | 'refused'
  readonly atMs: number
  readonly voidedMs: number | null
}

/** What is left when all is quiet. */
export interface End {
  readonly claims: readonly StoredClaim[]
  /** Of each gift: how many there are (null is unlimited), and how many its counter says are gone. */
  readonly gifts: readonly {
    readonly id: string
    readonly stock: number | null
    readonly taken: number
  }[]
}

export interface Violation {
  readonly rule: string
  readonly ops: readonly string[]
}
