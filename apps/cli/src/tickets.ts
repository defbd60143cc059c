import { resolve } from 'node:path'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { actSignedIn } from './central/act.ts'
import { findEvent } from './central/find-event.ts'
import type { Surroundings } from './surroundings.ts'
import { type ImageFormat, openTicketFolder } from './tickets/ticket-folder.ts'

const ticketsPerPage = 500

/** Adds `eventpass tickets …`: codes to print and to send. */
export function registerTickets(program: Command, surroundings: Surroundings): void {
  const { stdout, stderr } = surroundings
  const tickets = program.command('tickets').description('Export codes to print, and reprint them.')
  const format = () =>
    new Option('--format <format>', 'images to write')
      .choices(['png', 'svg', 'both'])
      .default('both')

  tickets
    .command('export')
    .description('write every valid ticket’s code as an image, index.csv and sheets to print')
    .requiredOption('--event <event>', 'id or name of the event')
    .requiredOption('--out <folder>', 'where to; made where it is missing')
    .addOption(format())
    .action((options: { event: string; out: string; format: ImageFormat }) =>
      actSignedIn(surroundings, async ({ central }) => {
        const event = await findEvent(central, options.event)
        const folder = await openTicketFolder(resolve(surroundings.cwd, options.out), {
          title: event.name,
          format: options.format,
          reprintOf: null,
        })
        let left = 0
        for (let after = 0; ; ) {
          const page = await central.tickets.export.mutate({
            event: event.id,
            after,
            limit: ticketsPerPage,
          })
          const usable = page.filter(({ state }) => state === 'valid' || state === 'unpaid')
          left += page.length - usable.length
          await folder.write(usable)
          if (stderr.isTty) stderr.write(`\r${folder.count()} codes …`)
          const last = page.at(-1)
          if (!last || page.length < ticketsPerPage) break
          after = last.no
        }
        await folder.finish()
        if (stderr.isTty) stderr.write('\r')
        stdout.write(
          `${folder.count()} codes in ${options.out}: images, index.csv, sheet.html to print.\n`,
        )
        if (left > 0) stdout.write(`Left out: ${left} that are revoked or cancelled.\n`)
        stdout.write('Whoever has these files can come in. Keep them safe.\n')
      }),
    )

  tickets
    .command('reprint')
    .description('make an invitee’s code anew; the old one is refused from now on')
    .requiredOption('--event <event>', 'id or name of the event')
    .requiredOption('--no <number>', 'number of the invitee', wholeNumber)
    .requiredOption('--out <folder>', 'where to write the new code')
    .addOption(format())
    .action((options: { event: string; no: number; out: string; format: ImageFormat }) =>
      actSignedIn(surroundings, async ({ central }) => {
        const event = await findEvent(central, options.event)
        // Before the old code is refused: where nothing can be written there shall be no new one.
        const folder = await openTicketFolder(resolve(surroundings.cwd, options.out), {
          title: event.name,
          format: options.format,
          reprintOf: options.no,
        })
        const asked = { event: event.id, no: options.no }
        const ticket = await central.tickets.reprint.mutate(asked).catch(async (fault: unknown) => {
          await folder.abandon()
          throw fault
        })
        await folder.write([ticket])
        await folder.finish()
        stdout.write(
          `New code of ${ticket.name} in ${options.out}. The old one is refused as reprinted.\n`,
        )
      }),
    )
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,9}$/.test(text)) throw new InvalidArgumentError('Write a whole number from 1.')
  return Number(text)
}
