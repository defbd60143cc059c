import type { TenantId, UserId } from '@eventpass/domain'
import type { UserRole } from './account-store.ts'

/** A person who is signed in. */
export interface SignedIn {
  readonly tenant: TenantId
  readonly user: UserId
  readonly email: string
  readonly role: UserRole
}

/** The secret stands in the cookie alone; whoever keeps sessions stores its hash. */
export interface OpenedSession {
  readonly secret: string
  readonly expiresMs: number
}

/** Sign-ins. The one implementation is lucia behind one file; see plan/decisions. */
export interface SessionKeeper {
  readonly open: (tenant: TenantId, user: UserId) => Promise<OpenedSession>
  /** Null where the secret opens nothing (any more). Being used prolongs a session. */
  readonly read: (secret: string) => Promise<(SignedIn & { readonly expiresMs: number }) | null>
  readonly close: (secret: string) => Promise<void>
}

/** Slow on purpose (bcrypt). */
export interface PasswordHasher {
  readonly hash: (password: string) => Promise<string>
  readonly verify: (password: string, hash: string) => Promise<boolean>
}

export interface AccountsDep {
  readonly sessions: SessionKeeper
  readonly passwords: PasswordHasher
  /** Whether anybody may make an account, or accounts are made by an operator. */
  readonly signupOpen: boolean
}

/** The browser keeps this cookie for this host alone, over TLS, out of page script's reach. */
export const sessionCookieName = '__Host-eventpass'
