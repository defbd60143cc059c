/** What keeps a process from starting and its operator can mend: the message says what it is, and what to do. */
export class StartFault extends Error {}

/** Starts a process. A fault is told in its sentence and ends it with code 1; a bug keeps its stack. */
export async function startOrTell(start: () => Promise<void>): Promise<void> {
  try {
    await start()
  } catch (error) {
    if (!(error instanceof StartFault)) throw error
    process.stderr.write(`${error.message}\n`)
    // What was opened before the fault would keep the process alive.
    process.exit(1)
  }
}

/** Names what keeps a port from being listened at, and the variable that chooses another; other errors stay what they are. */
export function listenFault(error: unknown, { host, port, next, variable }: ListenPlace): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : null
  const another = next <= 65_535 ? next : 4_000
  if (code === 'EADDRINUSE') {
    return new StartFault(
      `Port ${port} is in use. Stop what listens there, or start with ${variable.port}=${another}.`,
    )
  }
  if (code === 'EACCES') {
    return new StartFault(
      `Port ${port} is not open to this user. Start with a ${variable.port} from 1024, such as 4000.`,
    )
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return new StartFault(
      `${host} is no address of this machine. Correct ${variable.host}; 0.0.0.0 is all of them.`,
    )
  }
  return error
}

interface ListenPlace {
  readonly host: string
  readonly port: number
  /** A port to offer instead. */
  readonly next: number
  readonly variable: { readonly host: string; readonly port: string }
}
