import type { PushInput } from '@eventpass/sync'
import type { Truth } from './truth.ts'

/** A promise of a node whose database was away: written down, to be decided later (CL4). */
export interface Promised {
  readonly kind: string
  readonly device: string
  /** The op of a claim, or the hash of a push's last link. */
  readonly what: string
}

/** Remembers what a node wrote down, under the name that its entry has in the journal there. */
export function notePromise({ promised }: Truth, name: string, input: unknown): void {
  if (name === 'claim') {
    const { device, op } = input as { readonly device: string; readonly op: string }
    promised.add(`claim/${device}/${op}`)
  } else {
    const { device, prev, scans } = input as PushInput
    promised.add(`push/${device}/${prev}/${scans.at(-1)?.hash ?? prev}`)
  }
}

/** What the name of a journal's entry tells of it. */
export function readPromise(key: string): Promised {
  const [kind = '', device = '', ...rest] = key.split('/')
  return { kind, device, what: rest.at(-1) ?? '' }
}
