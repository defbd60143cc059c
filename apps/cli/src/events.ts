import type { Command } from 'commander'
import { actSignedIn } from './central/act.ts'
import { CommandFailed } from './central/command-failed.ts'
import { findEvent } from './central/find-event.ts'
import { table } from './central/table.ts'
import type { Surroundings } from './surroundings.ts'

/** Adds `eventpass events …`: make and look at events. */
export function registerEvents(program: Command, surroundings: Surroundings): void {
  const { stdout } = surroundings
  const events = program.command('events').description('Make events and look at them.')

  events
    .command('list')
    .description('the newest events')
    .option('--json', 'answer as JSON')
    .action(({ json }: { json?: boolean }) =>
      actSignedIn(surroundings, async ({ central }) => {
        const all = await central.events.list.query()
        if (json) stdout.write(`${JSON.stringify(all)}\n`)
        else if (all.length === 0) stdout.write('There is no event yet.\n')
        else {
          stdout.write(table(all.map(({ id, name, startsMs }) => [id, dateOf(startsMs), name])))
        }
      }),
    )

  events
    .command('create <name>')
    .description('make an event, with one list and one gate to begin with')
    .requiredOption('--starts <time>', 'as 2026-09-21T18:00+02:00')
    .requiredOption('--ends <time>', 'the same')
    .option('--zone <zone>', 'IANA time zone', Intl.DateTimeFormat().resolvedOptions().timeZone)
    .action(
      (name: string, { starts, ends, zone }: { starts: string; ends: string; zone: string }) =>
        actSignedIn(surroundings, async ({ central }) => {
          const startsMs = timeOf(starts, '--starts')
          const endsMs = timeOf(ends, '--ends')
          const { id } = await central.events.create.mutate({
            name,
            timeZone: zone,
            startsMs,
            endsMs,
          })
          stdout.write(`${id}\n`)
        }),
    )

  events
    .command('show <event>')
    .description('one event, by id or name: its counts, lists, gates and categories')
    .option('--json', 'answer as JSON')
    .action((wanted: string, { json }: { json?: boolean }) =>
      actSignedIn(surroundings, async ({ central }) => {
        const event = await findEvent(central, wanted)
        const counts = await central.events.counts.query({ event: event.id })
        if (json) {
          stdout.write(`${JSON.stringify({ ...event, counts })}\n`)
          return
        }
        const named = (things: readonly { readonly name: string }[]) =>
          things.map(({ name }) => name).join(', ')
        stdout.write(
          table([
            ['event', event.name],
            ['id', event.id],
            ['from', dateOf(event.startsMs)],
            ['to', `${dateOf(event.endsMs)} (${event.timeZone})`],
            ['invitees', String(counts.invitees)],
            ['admitted', String(counts.admitted)],
            ['inside', `${counts.inviteesInside} invitees, ${counts.peopleInside} people`],
            ['incidents', `${counts.incidentsOpen} open`],
            ['lists', named(event.lists)],
            ['gates', named(event.gates)],
            ['categories', event.categories.join(', ')],
          ]),
        )
      }),
    )
}

function dateOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 16).replace('T', ' ')
}

function timeOf(text: string, option: string): number {
  // Without an offset a time would mean whatever zone this computer is in.
  const ms = /(?:Z|[+-]\d{2}:\d{2})$/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(ms)) {
    throw new CommandFailed(`${option} "${text}" is no time. Write one as 2026-09-21T18:00+02:00.`)
  }
  return ms
}
