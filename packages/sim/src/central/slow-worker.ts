import type { Random } from '../kernel/random.ts'
import type { VirtualTime } from '../kernel/virtual-time.ts'
import type { ModelClient } from './model-database.ts'

/** Statements of a worker's transaction before one of which it may be put aside. */
const statementsMax = 8

/**
 * The way of a worker to the database: now and then it is put aside between two statements, long
 * enough for another to rule on the same key from what came meanwhile, and to be done with it.
 */
export function createSlowWorker(
  client: Pick<ModelClient, 'tx' | 'rows' | 'assertHere'>,
  time: VirtualTime,
  random: Random,
): Pick<ModelClient, 'tx' | 'rows' | 'assertHere'> {
  return {
    ...client,
    tx(work) {
      let left = random.chance(0.12) ? random.int(1, statementsMax) : 0
      return client.tx((tx) =>
        work({
          ...tx,
          async statement() {
            left -= 1
            if (left === 0) await time.sleep(random.int(20, 400))
            return tx.statement()
          },
        }),
      )
    },
  }
}
