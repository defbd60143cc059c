import type { UserId } from '@eventpass/domain'

/** What a person may do: an auditor reads, an organiser works, an owner also decides who else may. */
export type UserRole = 'owner' | 'organiser' | 'auditor'

export interface User {
  readonly id: UserId
  readonly email: string
  readonly role: UserRole
}

/** People of one tenant. */
export interface AccountStore {
  /** Writes the tenant itself; the transaction is already its own. */
  readonly createTenant: (tenant: {
    readonly name: string
    readonly createdMs: number
  }) => Promise<void>
  readonly getTenantName: () => Promise<string>
  /** False where the e-mail address is taken, by whatever tenant. */
  readonly addUser: (user: User & { passwordHash: string; createdMs: number }) => Promise<boolean>
  readonly findUser: (id: UserId) => Promise<(User & { readonly passwordHash: string }) | null>
  readonly findUsers: () => Promise<readonly User[]>
}
