import { eventOf } from '@eventpass/sync/testing'

/** The event that is measured, for both halves. */
export const event = eventOf(1)
/** Its key, and the number that tokens name it by. */
export const eventKey = new Uint8Array(32).fill(0x5a)
export const kid = 1

/** Verdicts before the first that counts, so that the engine has compiled what it will run. */
export const warmUpPairs = 200
