import { type Command, Option } from 'commander'
import { actSignedIn } from './central/act.ts'
import { findEvent, findNamed } from './central/find-event.ts'
import { table } from './central/table.ts'
import type { Surroundings } from './surroundings.ts'

/** Adds `eventpass devices …`: pair tablets and say who may go on. */
export function registerDevices(program: Command, surroundings: Surroundings): void {
  const { stdout } = surroundings
  const devices = program.command('devices').description('Pair tablets, accept and revoke them.')

  devices
    .command('pair')
    .description('make a link that pairs one tablet, once, within ten minutes')
    .requiredOption('--event <event>', 'id or name of the event')
    .option('--list <name>', 'what it checks in; needed where there are several')
    .option('--gate <name>', 'where it stands; needed where there are several')
    .addOption(
      new Option('--role <role>', 'what its holder may do')
        .choices(['steward', 'supervisor', 'kiosk'])
        .default('steward'),
    )
    .action((options: { event: string; list?: string; gate?: string; role: Role }) =>
      actSignedIn(surroundings, async ({ central, server }) => {
        const event = await findEvent(central, options.event)
        const list = findNamed('list', event.lists, options.list)
        const gate = findNamed('gate', event.gates, options.gate)
        const { path, expiresMs } = await central.devicesAdmin.pair.mutate({
          event: event.id,
          list: list.id,
          gate: gate.id,
          role: options.role,
        })
        const minutes = Math.max(1, Math.round((expiresMs - surroundings.nowMs()) / 60_000))
        stdout.write(`${server}${path}\n`)
        surroundings.stderr.write(
          `Open this on the tablet within ${minutes} minutes. Compare the four words with: eventpass devices list --event ${event.id}\n`,
        )
      }),
    )

  devices
    .command('list')
    .description('the devices of an event; of those that wait, the four words')
    .requiredOption('--event <event>', 'id or name of the event')
    .option('--json', 'answer as JSON')
    .action(({ event: wanted, json }: { event: string; json?: boolean }) =>
      actSignedIn(surroundings, async ({ central }) => {
        const event = await findEvent(central, wanted)
        const all = await central.devicesAdmin.list.query({ event: event.id })
        if (json) stdout.write(`${JSON.stringify(all)}\n`)
        else if (all.length === 0) stdout.write('No device is paired to this event.\n')
        else {
          stdout.write(
            table(
              all.map(({ no, id, state, role, gate, label, words }) => [
                String(no),
                id,
                state,
                role,
                event.gates.find((one) => one.id === gate)?.name ?? '',
                state === 'waiting' ? words.join(' ') : label,
              ]),
            ),
          )
        }
      }),
    )

  decide('accept', 'let a waiting device in, once its four words are the same on both screens')
  decide('refuse', 'turn a waiting device away')
  decide('revoke', 'end a device’s rights at its next contact')

  function decide(verb: 'accept' | 'refuse' | 'revoke', about: string): void {
    devices
      .command(`${verb} <device>`)
      .description(about)
      .action((device: string) =>
        actSignedIn(surroundings, async ({ central }) => {
          const { no, label, state } = await central.devicesAdmin[verb].mutate({ device })
          stdout.write(`Device ${no} (${label}) is ${state}.\n`)
        }),
      )
  }
}

type Role = 'steward' | 'supervisor' | 'kiosk'
