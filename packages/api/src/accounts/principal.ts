import type { Principal } from '../trpc.ts'
import type { AccountsDep } from './sessions.ts'

/** Who a session secret stands for; null for none that is open. */
export async function readUser(
  { sessions }: Pick<AccountsDep, 'sessions'>,
  secret: string | null,
): Promise<Principal> {
  if (secret === null) return null
  const found = await sessions.read(secret)
  if (!found) return null
  const { tenant, user, email, role } = found
  return { kind: 'user', secret, tenant, user, email, role }
}
