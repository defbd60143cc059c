import { fail, ok, type Result, type TenantId, type UserId } from '@eventpass/domain'
import { writeAudit } from '../audit/write-audit.ts'
import type { LimitsDep } from '../limits/rate-limiter.ts'
import type { PlatformDep } from '../platform.ts'
import { randomUuid } from '../random-ids.ts'
import type { LookupsDep, TenancyDep } from '../tenancy/tenancy.ts'
import { emailTaken, tooManyAttempts } from './account-failures.ts'
import type { AccountsDep, OpenedSession } from './sessions.ts'

const signUpsPerHourMax = 10

export interface SignUpFailure {
  readonly kind: 'signup_closed' | 'email_taken' | 'too_many_attempts'
  readonly message: string
}

const closed = {
  kind: 'signup_closed',
  message: 'This server makes no accounts. Ask its operator to start it with SIGNUP=true once.',
} as const

export interface SignUp {
  readonly organisation: string
  readonly email: string
  readonly password: string
  /** Where the request comes from, for the limit. */
  readonly peer: string
  readonly requestId: string
}

/** Makes a tenant with its owner and signs the owner in. */
export async function signUp(
  deps: AccountsDep & TenancyDep & LookupsDep & LimitsDep & PlatformDep,
  { organisation, email, password, peer, requestId }: SignUp,
): Promise<Result<OpenedSession, SignUpFailure>> {
  if (!deps.signupOpen) return fail(closed)
  if (!(await deps.limits.take(`signup:${peer}`, signUpsPerHourMax, 3_600_000))) {
    return fail(tooManyAttempts)
  }
  if (await deps.lookups.findUser(email)) return fail(emailTaken)

  const tenant = randomUuid<TenantId>(deps)
  const user = randomUuid<UserId>(deps)
  const passwordHash = await deps.passwords.hash(password)
  const createdMs = deps.now()
  try {
    await deps.tx(tenant, async (tx) => {
      await tx.accounts.createTenant({ name: organisation, createdMs })
      const added = await tx.accounts.addUser({
        id: user,
        email,
        role: 'owner',
        passwordHash,
        createdMs,
      })
      // Somebody took the address since it was looked up: the tenant must not stay without an owner.
      if (!added) throw new AddressTaken()
      await writeAudit(
        deps,
        tx,
        { who: `user:${user}`, requestId },
        {
          action: 'accounts.signup',
          event: null,
          subjectKind: 'tenant',
          subjectId: tenant,
          before: null,
          after: { organisation, email },
        },
      )
    })
  } catch (error) {
    if (error instanceof AddressTaken) return fail(emailTaken)
    throw error
  }
  return ok(await deps.sessions.open(tenant, user))
}

/** Rolls the transaction back. */
class AddressTaken extends Error {}
