import { type ApiDeps, type Principal, readPass, readUser, sessionCookieName } from '@eventpass/api'
import type { FastifyRequest } from 'fastify'

const devicePrefix = 'Device '

/** Who calls: a device by its pass, else a person by the session cookie, else nobody. */
export async function readPrincipal(deps: ApiDeps, request: FastifyRequest): Promise<Principal> {
  const { authorization } = request.headers
  if (authorization?.startsWith(devicePrefix)) {
    // Without the database nobody gets another pass: what was good when it went is good until it is back.
    const now = () => deps.failover?.watch.awaySinceMs() ?? deps.now()
    const pass = await readPass({ ...deps, now }, authorization.slice(devicePrefix.length))
    if (!pass.ok) return null
    const { tenant, device } = pass.value
    return { kind: 'device', tenant, device }
  }
  return readUser(deps, request.cookies[sessionCookieName] ?? null)
}
