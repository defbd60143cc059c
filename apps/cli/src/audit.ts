import type { Command } from 'commander'
import { actSignedIn } from './central/act.ts'
import { CommandFailed } from './central/command-failed.ts'
import type { Surroundings } from './surroundings.ts'

/** Adds `eventpass audit …`: whether what was written down is what was done. */
export function registerAudit(program: Command, surroundings: Surroundings): void {
  const { stdout } = surroundings
  program
    .command('audit')
    .description('Check the record of who changed what.')
    .command('verify')
    .description(
      'compare the record with its signed chain; names the first row that is not what it was',
    )
    .action(() =>
      actSignedIn(surroundings, async ({ central }) => {
        const verdict = await central.audit.verify.query()
        if (verdict.outcome === 'broken') throw new CommandFailed(verdict.message)
        const lag = Math.ceil(verdict.lagMs / 1_000)
        for (const restore of verdict.restores) stdout.write(`${describe(restore)}\n`)
        stdout.write(`${verdict.rows} rows are what they were. The chain is ${lag} s behind.\n`)
      }),
    )
}

function describe(restore: {
  readonly atMs: number
  readonly afterSeq: number
  readonly lostThroughSeq: number
}): string {
  const { atMs, afterSeq, lostThroughSeq } = restore
  const at = new Date(atMs).toISOString()
  return lostThroughSeq > afterSeq
    ? `Restored from backup, accepted at ${at}: rows ${afterSeq + 1} to ${lostThroughSeq} of before went with it.`
    : `Restored from backup, accepted at ${at}: no row that central had signed was lost.`
}
