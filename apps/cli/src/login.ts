import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { act, actSignedIn } from './central/act.ts'
import { askSecret } from './central/ask-secret.ts'
import { CommandFailed } from './central/command-failed.ts'
import { type Connection, connect } from './central/connect.ts'
import { readSession, removeSession, writeSession } from './central/session-file.ts'
import type { Surroundings } from './surroundings.ts'

const defaultServer = 'http://localhost:4000'

/** Adds `eventpass login`: opens a session and keeps it, readable by its owner alone. */
export function registerLogin(program: Command, surroundings: Surroundings): void {
  openingCommand(program, 'login')
    .description('Sign in to central; the session is kept for the commands after it.')
    .action((options: Opening) =>
      openSession(surroundings, options, ({ accounts }, password) =>
        accounts.signin.mutate({ email: options.email, password }),
      ),
    )
}

/** Adds `eventpass signup`: makes an organisation with its owner, where central lets people do so. */
export function registerSignup(program: Command, surroundings: Surroundings): void {
  openingCommand(program, 'signup')
    .description('Make an organisation with you as its owner (the server needs SIGNUP=true).')
    .requiredOption('--organisation <name>', 'what it is called')
    .action((options: Opening & { organisation: string }) =>
      openSession(surroundings, options, ({ accounts }, password) =>
        accounts.signup.mutate({
          organisation: options.organisation,
          email: options.email,
          password,
        }),
      ),
    )
}

interface Opening {
  readonly email: string
  readonly server?: string
  readonly passwordFile?: string
}

function openingCommand(program: Command, name: string): Command {
  return program
    .command(name)
    .requiredOption('--email <address>', 'your e-mail address')
    .option('--server <url>', `where central is (default: the last one, else ${defaultServer})`)
    .option('--password-file <file>', 'read the password from its first line; - is standard input')
}

/** Keeps the session that `open` makes central open, and says whose it is. */
function openSession(
  surroundings: Surroundings,
  options: Opening,
  open: (central: Connection['central'], password: string) => Promise<unknown>,
): Promise<void> {
  return act(surroundings, async () => {
    const { env, stdout } = surroundings
    const last = await readSession(env)
    const server = originOf(options.server ?? last?.server ?? defaultServer)
    const password = await readPassword(surroundings, options.passwordFile)
    let secret: string | null = null
    const { central } = connect(server, null, (opened) => {
      secret = opened
    })
    await open(central, password)
    if (secret === null) throw new CommandFailed(`${server} opened no session. Is it EventPass?`)
    await writeSession(env, { server, email: options.email, secret })
    const { organisation, user } = await connect(server, secret).central.accounts.me.query()
    stdout.write(`Signed in to ${server} as ${user.email}, ${user.role} of ${organisation}.\n`)
  })
}

/** Adds `eventpass logout`: ends the session here and on central. */
export function registerLogout(program: Command, surroundings: Surroundings): void {
  program
    .command('logout')
    .description('Sign out; the session ends on central too.')
    .action(async () => {
      await actSignedIn(surroundings, async ({ central }) => {
        await central.accounts.signout.mutate()
        surroundings.stdout.write('Signed out.\n')
      })
      await removeSession(surroundings.env)
    })
}

async function readPassword(
  { env, stderr }: Surroundings,
  file: string | undefined,
): Promise<string> {
  if (file !== undefined) {
    const text = await readFile(file === '-' ? '/dev/stdin' : file, 'utf8').catch(() => {
      throw new CommandFailed(`The password file ${file} cannot be read.`)
    })
    return text.split(/\r?\n/)[0] ?? ''
  }
  return env.EVENTPASS_PASSWORD || askSecret(stderr, 'Password: ')
}

function originOf(server: string): string {
  try {
    return new URL(server.includes('://') ? server : `https://${server}`).origin
  } catch {
    throw new CommandFailed(`"${server}" is no address of a server. Write one as ${defaultServer}.`)
  }
}
