import { type Command, InvalidArgumentError } from 'commander'
import { actSignedIn } from './central/act.ts'
import { CommandFailed } from './central/command-failed.ts'
import type { Connection } from './central/connect.ts'
import { findEvent } from './central/find-event.ts'
import { table } from './central/table.ts'
import type { Surroundings } from './surroundings.ts'

type Erasure = Awaited<ReturnType<Connection['central']['invitees']['erasure']['query']>>

interface Wanted {
  readonly event: string
  readonly invitee: number
  readonly status?: boolean
  readonly yes?: boolean
}

/** Adds `eventpass invitees erase`. */
export function registerErasure(invitees: Command, surroundings: Surroundings): void {
  const { stdout } = surroundings
  invitees
    .command('erase')
    .description(
      'erase a person for good, everywhere, and tell which tablets have yet to hear of it',
    )
    .requiredOption('--event <event>', 'id or name of the event')
    .requiredOption('--invitee <no>', 'number on the guest list', toNumber)
    .option('--status', 'erase nobody: tell how far an erasure has come')
    .option('--yes', 'nobody can undo it: erases without asking')
    .action(({ event: wanted, invitee, status, yes }: Wanted) =>
      actSignedIn(surroundings, async ({ central }) => {
        if (!status && !yes) {
          throw new CommandFailed(
            `Nobody was erased. An erased person cannot be brought back: say --yes to erase invitee ${invitee}.`,
          )
        }
        const event = await findEvent(central, wanted)
        const at = { event: event.id, no: invitee }
        const erasure = status
          ? await central.invitees.erasure.query(at)
          : await central.invitees.erase.mutate(at)
        stdout.write(describe(erasure))
      }),
    )
}

function toNumber(text: string): number {
  const no = Number(text)
  if (!Number.isSafeInteger(no) || no < 1) {
    throw new InvalidArgumentError('Give the number that "eventpass invitees list" shows.')
  }
  return no
}

function describe({ no, erasedMs, confirmed, waiting }: Erasure): string {
  const since = new Date(erasedMs).toISOString()
  const head = `Invitee ${no} is erased since ${since}. ${confirmed} tablets have confirmed.\n`
  if (waiting.length === 0) return head
  const rows = waiting.map(({ no: device, label, state, lastContactMs }) => [
    String(device),
    label,
    state,
    lastContactMs === null ? 'never heard' : `last heard ${new Date(lastContactMs).toISOString()}`,
  ])
  return `${head}Not yet confirmed by:\n${table(rows)}`
}
