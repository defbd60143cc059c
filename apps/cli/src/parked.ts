import type { Command } from 'commander'
import { actSignedIn } from './central/act.ts'
import { table } from './central/table.ts'
import type { Surroundings } from './surroundings.ts'

/** Adds `eventpass parked …`: work that nobody could do, and which waits for a person. */
export function registerParked(program: Command, surroundings: Surroundings): void {
  const { stdout } = surroundings
  const parked = program.command('parked').description('Look at work that nobody could do.')
  parked
    .command('list')
    .description('the newest of it, each with when and why')
    .action(() =>
      actSignedIn(surroundings, async ({ central }) => {
        const rows = await central.parked.list.query()
        if (rows.length === 0) stdout.write('Nothing is parked.\n')
        else stdout.write(table(rows.map(toCells)))
      }),
    )
  parked
    .command('retry')
    .description('have all of it tried again, once its cause is gone')
    .action(() =>
      actSignedIn(surroundings, async ({ central }) => {
        const { retried } = await central.parked.retry.mutate()
        const what = retried === 1 ? 'One piece of work is' : `${retried} pieces of work are`
        stdout.write(retried === 0 ? 'Nothing is parked.\n' : `${what} tried again.\n`)
      }),
    )
}

function toCells({
  row,
  topic,
  cause,
  parkedMs,
}: {
  readonly row: string
  readonly topic: string
  readonly cause: string
  readonly parkedMs: number
}): string[] {
  return [new Date(parkedMs).toISOString(), topic, row, cause.replaceAll('\n', ' ')]
}
