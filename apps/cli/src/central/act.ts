import { TRPCClientError } from '@trpc/client'
import type { Surroundings } from '../surroundings.ts'
import { CommandFailed } from './command-failed.ts'
import { type Connection, connect } from './connect.ts'
import { readSession } from './session-file.ts'

/** Runs a command; what goes wrong becomes one sentence on stderr and exit code 1. */
export async function act(surroundings: Surroundings, command: () => Promise<void>): Promise<void> {
  try {
    await command()
  } catch (error) {
    const sentence = sentenceOf(error)
    if (sentence === null) throw error
    surroundings.stderr.write(`${sentence}\n`)
    surroundings.exitWith(1)
  }
}

/** The same for a command that needs somebody signed in. */
export function actSignedIn(
  surroundings: Surroundings,
  command: (connection: Connection) => Promise<void>,
): Promise<void> {
  return act(surroundings, async () => {
    const session = await readSession(surroundings.env)
    if (!session) throw new CommandFailed('Nobody is signed in here. Run: eventpass login')
    await command(connect(session.server, session.secret))
  })
}

function sentenceOf(error: unknown): string | null {
  if (error instanceof CommandFailed) return error.message
  if (isFileError(error)) return `The files cannot be written or read: ${error.message}.`
  if (!(error instanceof TRPCClientError)) return null
  if (error.cause instanceof CommandFailed) return error.cause.message
  if (error.data?.code === 'UNAUTHORIZED' && error.data?.failure === undefined) {
    return 'The session has ended. Run: eventpass login'
  }
  return error.message
}

/** A full disk, a folder that is a file, no right to write: the system's words name path and reason. */
function isFileError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && 'code' in error
}
