import type { DeviceId, TenantId } from '@eventpass/domain'
import { initTRPC, TRPCError } from '@trpc/server'
import { z } from 'zod'
import type { UserRole } from './accounts/account-store.ts'
import type { OpenedSession, SignedIn } from './accounts/sessions.ts'
import type { Actor } from './audit/write-audit.ts'
import type { ApiDeps } from './deps.ts'
import { databaseAway } from './failover/failover.ts'
import { toTransportError } from './failures.ts'

/** Who calls, as the server found out from cookie or device pass; null for nobody in particular. */
export type Principal =
  | ({ readonly kind: 'user'; readonly secret: string } & SignedIn)
  | { readonly kind: 'device'; readonly tenant: TenantId; readonly device: DeviceId }
  | null

/** What the server makes for every request. */
export interface Context {
  readonly deps: ApiDeps
  readonly principal: Principal
  /** Unique a request; in logs, audit rows and answers to unexpected errors. */
  readonly requestId: string
  /** Address of the caller, for rate limits. */
  readonly peer: string
  /** Sets or, with null, clears the session cookie of the answer. */
  readonly setSession: (session: OpenedSession | null) => void
}

const t = initTRPC.context<Context>().create({
  errorFormatter({ shape, error, ctx }) {
    const { cause } = error
    const data = { ...shape.data, stack: undefined, requestId: ctx?.requestId }
    if (cause instanceof z.ZodError) {
      return { ...shape, message: z.prettifyError(cause), data: { ...data, failure: 'bad_input' } }
    }
    if (error.code === 'INTERNAL_SERVER_ERROR') {
      // What went wrong inside is for the log, not for whoever asked.
      return { ...shape, message: internalMessage(ctx?.requestId), data }
    }
    return { ...shape, data: { ...data, failure: failureKindOf(cause) } }
  },
})

/** What callers hear of a fault of ours. */
export function internalMessage(requestId: string | undefined): string {
  return `Something failed here. Try again; tell the operator ${requestId} if it stays.`
}

function failureKindOf(cause: unknown): string | undefined {
  return cause instanceof Error && 'failure' in cause ? String(cause.failure) : undefined
}

export const { router, createCallerFactory } = t

/** Any call: where it failed since the database is away, that is what it says. */
const procedure = t.procedure.use(async ({ ctx, next }) => {
  const result = await next()
  if (!result.ok && ctx.deps.failover?.watch.isGone(result.error.cause)) {
    throw toTransportError(databaseAway)
  }
  return result
})

/** Open to anybody. */
export const publicProcedure = procedure

const rank = { auditor: 1, organiser: 2, owner: 3 } as const satisfies Record<UserRole, number>

/** For people with at least this role; `ctx.user` is who, `ctx.actor` what the audit says. */
function procedureFor(least: UserRole) {
  return procedure.use(({ ctx, next }) => {
    const { principal } = ctx
    if (principal?.kind !== 'user') {
      throw new TRPCError({ code: 'UNAUTHORIZED', message: 'Sign in first.' })
    }
    if (rank[principal.role] < rank[least]) {
      throw new TRPCError({
        code: 'FORBIDDEN',
        message: `This needs the role ${least}; you are ${principal.role}. Ask an owner.`,
      })
    }
    const actor: Actor = { who: `user:${principal.user}`, requestId: ctx.requestId }
    return next({ ctx: { ...ctx, user: principal, tenant: principal.tenant, actor } })
  })
}

export const auditorProcedure = procedureFor('auditor')
export const organiserProcedure = procedureFor('organiser')
export const ownerProcedure = procedureFor('owner')

export function needsPass(): TRPCError {
  const message = 'This needs a device pass. Make a contact to get one.'
  return new TRPCError({ code: 'UNAUTHORIZED', message })
}

/** For paired devices that show a pass. */
export const deviceProcedure = procedure.use(({ ctx, next }) => {
  const { principal } = ctx
  if (principal?.kind !== 'device') throw needsPass()
  const actor: Actor = { who: `device:${principal.device}`, requestId: ctx.requestId }
  return next({ ctx: { ...ctx, device: principal.device, tenant: principal.tenant, actor } })
})
