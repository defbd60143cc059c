import { fail, ok, type Result } from '@eventpass/domain'
import type { LimitsDep } from '../limits/rate-limiter.ts'
import type { LookupsDep, TenancyDep } from '../tenancy/tenancy.ts'
import { tooManyAttempts, wrongCredentials } from './account-failures.ts'
import type { AccountsDep, OpenedSession } from './sessions.ts'

const windowMs = 15 * 60_000
/** Of one address, so that nobody guesses a password. */
export const signInsPerEmailMax = 10
/** From one peer, so that nobody tries one password on all addresses, nor burns our CPU. */
const signInsPerPeerMax = 60

/** bcrypt of nothing in particular, cost 12: an unknown address takes as long as a wrong password. */
const nobodysHash = '$2b$12$k2pDnEWuNYEdh6XvpyOsl.S2qu8RTwhQ.DCUnroI8JD534yzbfBLe'

export interface SignInFailure {
  readonly kind: 'wrong_credentials' | 'too_many_attempts'
  readonly message: string
}

/** Signs a person in. Tells nothing of which of e-mail and password was wrong. */
export async function signIn(
  deps: AccountsDep & TenancyDep & LookupsDep & LimitsDep,
  {
    email,
    password,
    peer,
  }: { readonly email: string; readonly password: string; readonly peer: string },
): Promise<Result<OpenedSession, SignInFailure>> {
  const allowed =
    (await deps.limits.take(`signin-peer:${peer}`, signInsPerPeerMax, windowMs)) &&
    (await deps.limits.take(`signin:${email}`, signInsPerEmailMax, windowMs))
  if (!allowed) return fail(tooManyAttempts)

  const found = await deps.lookups.findUser(email)
  const user = found ? await deps.tx(found.tenant, (tx) => tx.accounts.findUser(found.user)) : null
  const right = await deps.passwords.verify(password, user?.passwordHash ?? nobodysHash)
  if (!found || !user || !right) return fail(wrongCredentials)
  return ok(await deps.sessions.open(found.tenant, user.id))
}
