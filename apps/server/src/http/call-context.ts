import type { Context, OpenedSession } from '@eventpass/api'
import { sessionCookieName } from '@eventpass/api'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Central } from '../compose/open-central.ts'
import { readPrincipal } from './principal.ts'

/** What a procedure is given for each request: central's use cases, and who calls. */
export async function createCallContext(
  { deps }: Pick<Central, 'deps'>,
  { req, res }: { readonly req: FastifyRequest; readonly res: FastifyReply },
): Promise<Context> {
  return {
    deps,
    principal: await readPrincipal(deps, req),
    requestId: req.id,
    peer: req.ip,
    setSession: (session) => setSession(res, session),
  }
}

function setSession(reply: FastifyReply, session: OpenedSession | null): void {
  const scope = { path: '/', secure: true, httpOnly: true, sameSite: 'lax' } as const
  if (!session) reply.clearCookie(sessionCookieName, scope)
  else {
    const expires = new Date(session.expiresMs)
    reply.setCookie(sessionCookieName, session.secret, { ...scope, expires })
  }
}
