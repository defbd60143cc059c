import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { Readable } from 'node:stream'
import type { Command } from 'commander'
import { z } from 'zod'
import { actSignedIn } from './central/act.ts'
import { CommandFailed } from './central/command-failed.ts'
import type { Connection } from './central/connect.ts'
import { findEvent } from './central/find-event.ts'
import { table } from './central/table.ts'
import { registerErasure } from './erasure.ts'
import type { Surroundings } from './surroundings.ts'

const problemsShownMax = 50

/** Adds `eventpass invitees …`: bring guest lists in, look at them, and erase people. */
export function registerInvitees(program: Command, surroundings: Surroundings): void {
  const { stdout } = surroundings
  const invitees = program
    .command('invitees')
    .description('Import guest lists, look at them, and erase people.')

  invitees
    .command('import <file>')
    .description('import a CSV or XLSX list; the same file again changes nothing')
    .requiredOption('--event <event>', 'id or name of the event')
    .option('--preview', 'tell what would happen and change nothing')
    .action((file: string, { event, preview }: { event: string; preview?: boolean }) =>
      actSignedIn(surroundings, (connection) =>
        importFile(surroundings, connection, { file, event, preview: preview === true }),
      ),
    )

  invitees
    .command('list')
    .description('the guest list by number, or those whose name holds some words')
    .requiredOption('--event <event>', 'id or name of the event')
    .option('--find <words>', 'words of the name; accents and case aside')
    .action(({ event: wanted, find = '' }: { event: string; find?: string }) =>
      actSignedIn(surroundings, async ({ central }) => {
        const event = await findEvent(central, wanted)
        for (let after = 0; ; ) {
          const page = await central.invitees.list.query({
            event: event.id,
            after,
            query: find,
            limit: 500,
          })
          stdout.write(
            table(
              page.map(({ no, name, email, ticketState }) => [
                String(no),
                name,
                email ?? '',
                ticketState,
              ]),
            ),
          )
          const last = page.at(-1)
          if (!last || page.length < 500) return
          after = last.no
        }
      }),
    )

  registerErasure(invitees, surroundings)
}

const Uploaded = z.object({ id: z.string() })
const Refused = z.object({ message: z.string() })

async function importFile(
  surroundings: Surroundings,
  connection: Connection,
  wanted: { readonly file: string; readonly event: string; readonly preview: boolean },
): Promise<void> {
  const { stdout } = surroundings
  const path = resolve(surroundings.cwd, wanted.file)
  const found = await stat(path).catch(() => null)
  if (!found?.isFile()) throw new CommandFailed(`${wanted.file} is no file. Check its name.`)
  const { central } = connection
  const event = await findEvent(central, wanted.event)
  const id = await upload(connection, event.id, path)

  const preview = await central.invitees.importPreview.mutate({ id })
  const { findings } = preview
  const columns = findings.columns.map(
    ({ column, header, meaning }) => `${column} "${header}" is ${meaning.replace('_', ' ')}`,
  )
  const { rows, guests, errorCount } = findings
  stdout.write(`${counted(rows, 'row')}, ${counted(guests, 'guest')}. ${columns.join(', ')}.\n`)
  if (findings.ignored.length > 0) stdout.write(`Not read: ${findings.ignored.join(', ')}.\n`)
  printProblems(surroundings, findings)
  if (errorCount > 0) {
    throw new CommandFailed(
      `${wanted.file} was not imported: it has ${counted(errorCount, 'error')}. Correct the rows and import it again.`,
    )
  }
  if (wanted.preview) {
    stdout.write(`It would have: ${changesOf(preview)}.\n`)
    return
  }
  stdout.write(`${capitalised(changesOf(await central.invitees.importCommit.mutate({ id })))}.\n`)
}

/** Streams the file, so that its size costs no memory here either. */
async function upload({ request }: Connection, event: string, path: string): Promise<string> {
  const query = new URLSearchParams({ event, name: basename(path) })
  const file = createReadStream(path)
  let fault: NodeJS.ErrnoException | null = null
  file.once('error', (error) => {
    fault = error
  })
  const response = await request(`/uploads/invitees?${query}`, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    body: Readable.toWeb(file),
    duplex: 'half',
  } as unknown as RequestInit).catch((error: unknown) => {
    // The request fails with the file, and would blame the server.
    throw fault ? new CommandFailed(`${basename(path)} cannot be read: ${fault.message}.`) : error
  })
  const body: unknown = await response.json().catch(() => null)
  const uploaded = Uploaded.safeParse(body)
  if (response.ok && uploaded.success) return uploaded.data.id
  const refused = Refused.safeParse(body)
  const why = refused.success ? refused.data.message : `The server answered ${response.status}.`
  throw new CommandFailed(`${basename(path)} was not imported: ${why}`)
}

interface Problems {
  readonly errorCount: number
  readonly warningCount: number
  readonly problems: readonly {
    readonly row: number
    readonly column: string | null
    readonly severity: string
    readonly message: string
  }[]
}

function printProblems(
  { stderr }: Surroundings,
  { problems, errorCount, warningCount }: Problems,
): void {
  // Errors first: what keeps the list out must not be lost among warnings.
  const ofSeverity = (wanted: string) => problems.filter(({ severity }) => severity === wanted)
  const told = [...ofSeverity('error'), ...ofSeverity('warning')].slice(0, problemsShownMax)
  for (const { row, column, severity, message } of told) {
    const where = column === null ? `row ${row}` : `row ${row}, column ${column}`
    stderr.write(`${severity === 'error' ? 'Error' : 'Warning'} in ${where}: ${message}\n`)
  }
  const hidden = errorCount + warningCount - told.length
  if (hidden > 0) stderr.write(`… and ${hidden} more.\n`)
}

function changesOf(changes: {
  readonly added: number
  readonly changed: number
  readonly unchanged: number
  readonly cancelled: number
}): string {
  const { added, changed, unchanged, cancelled } = changes
  const parts = [`added ${added}`, `changed ${changed}`, `left ${unchanged} as they were`]
  if (cancelled > 0) parts.push(`cancelled ${cancelled} tickets of smaller parties`)
  return parts.join(', ')
}

function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
