import { fail, ok, type Result, type UserId } from '@eventpass/domain'
import { type Actor, writeAudit } from '../audit/write-audit.ts'
import type { PlatformDep } from '../platform.ts'
import { randomUuid } from '../random-ids.ts'
import type { TenancyDep } from '../tenancy/tenancy.ts'
import { type EmailTaken, emailTaken } from './account-failures.ts'
import type { User, UserRole } from './account-store.ts'
import type { AccountsDep, SignedIn } from './sessions.ts'

/** Adds a colleague to the tenant of the owner who asks. */
export async function addUser(
  deps: AccountsDep & TenancyDep & PlatformDep,
  by: SignedIn,
  actor: Actor,
  {
    email,
    role,
    password,
  }: { readonly email: string; readonly role: UserRole; readonly password: string },
): Promise<Result<User, EmailTaken>> {
  const user = { id: randomUuid<UserId>(deps), email, role }
  const passwordHash = await deps.passwords.hash(password)
  return deps.tx(by.tenant, async (tx) => {
    const added = await tx.accounts.addUser({ ...user, passwordHash, createdMs: deps.now() })
    if (!added) return fail(emailTaken)
    await writeAudit(deps, tx, actor, {
      action: 'accounts.addUser',
      event: null,
      subjectKind: 'user',
      subjectId: user.id,
      before: null,
      after: { email, role },
    })
    return ok(user)
  })
}
