import type { Caller } from '../central/central.ts'

/** One call on its way to central. */
export interface Request {
  readonly name: string
  readonly pass: string | null
  readonly input: unknown
  readonly call: (caller: Caller) => Promise<unknown>
}
