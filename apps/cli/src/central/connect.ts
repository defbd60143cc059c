import { type AppRouter, sessionCookieName } from '@eventpass/api'
import { createTRPCClient, httpLink, type TRPCClient } from '@trpc/client'
import { CommandFailed } from './command-failed.ts'

export type Central = TRPCClient<AppRouter>

/** Central over HTTP, as the person whose session secret is given. */
export interface Connection {
  readonly central: Central
  readonly server: string
  /** A plain request with the same cookie. */
  readonly request: (path: string, init: RequestInit) => Promise<Response>
}

/** `onSecret` hears of a session that central opens (the secret) or ends (null). */
export function connect(
  server: string,
  secret: string | null,
  onSecret: (secret: string | null) => void = () => {},
): Connection {
  const send = async (url: string, init: RequestInit): Promise<Response> => {
    const headers = new Headers(init.headers)
    if (secret !== null) headers.set('cookie', `${sessionCookieName}=${secret}`)
    const response = await fetch(url, { ...init, headers }).catch((error: unknown) => {
      throw new CommandFailed(
        `${server} does not answer (${reasonOf(error)}). Start it, or name another with --server.`,
      )
    })
    const set = response.headers.getSetCookie().map(readSessionCookie)
    const [opened] = set.filter((value) => value !== undefined)
    if (opened !== undefined) onSecret(opened)
    return response
  }
  const central = createTRPCClient<AppRouter>({
    links: [
      httpLink({
        url: `${server}/trpc`,
        fetch: (url, init) => send(String(url), init as RequestInit),
      }),
    ],
  })
  return { central, server, request: (path, init) => send(`${server}${path}`, init) }
}

/** Undefined for another cookie, null for one that is taken away. */
function readSessionCookie(header: string): string | null | undefined {
  const [pair = ''] = header.split(';')
  const at = pair.indexOf('=')
  if (pair.slice(0, at).trim() !== sessionCookieName) return undefined
  return pair.slice(at + 1).trim() || null
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined
  if (cause instanceof Error && 'code' in cause) return String(cause.code)
  return error instanceof Error ? error.message : String(error)
}
