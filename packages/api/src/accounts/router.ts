import { z } from 'zod'
import { unwrap } from '../failures.ts'
import { auditorProcedure, ownerProcedure, publicProcedure, router } from '../trpc.ts'
import { TenantIdText, UserIdText } from '../wire-ids.ts'
import { addUser } from './add-user.ts'
import { signIn } from './sign-in.ts'
import { signUp } from './sign-up.ts'

const Email = z.email().max(254).toLowerCase()
/** bcrypt reads 72 bytes and no more: a longer one would silently be cut. */
const passwordBytesMax = 72
const passwordLengthMin = 10
const NewPassword = z
  .string()
  .min(passwordLengthMin, `A password has at least ${passwordLengthMin} characters.`)
  .refine(
    (text) => new TextEncoder().encode(text).length <= passwordBytesMax,
    `A password has at most ${passwordBytesMax} bytes.`,
  )
const Role = z.enum(['owner', 'organiser', 'auditor'])
const Person = z.object({ id: UserIdText, email: z.string(), role: Role })
/** The secret is in the cookie and nowhere in the answer. */
const Opened = z.object({ expiresMs: z.int() })

export const accountsRouter = router({
  /** Makes an account with its owner and signs the owner in. */
  signup: publicProcedure
    .input(
      z.object({
        organisation: z.string().trim().min(1).max(200),
        email: Email,
        password: NewPassword,
      }),
    )
    .output(Opened)
    .mutation(async ({ ctx, input }) => {
      const { peer, requestId } = ctx
      const session = unwrap(await signUp(ctx.deps, { ...input, peer, requestId }))
      ctx.setSession(session)
      return { expiresMs: session.expiresMs }
    }),

  signin: publicProcedure
    .input(z.object({ email: Email, password: z.string().min(1).max(1_000) }))
    .output(Opened)
    .mutation(async ({ ctx, input }) => {
      const session = unwrap(await signIn(ctx.deps, { ...input, peer: ctx.peer }))
      ctx.setSession(session)
      return { expiresMs: session.expiresMs }
    }),

  /** Exchanges the session for a new one, so that a secret that leaked grows old soon. */
  refresh: auditorProcedure.output(Opened).mutation(async ({ ctx }) => {
    const session = await ctx.deps.sessions.open(ctx.tenant, ctx.user.user)
    await ctx.deps.sessions.close(ctx.user.secret)
    ctx.setSession(session)
    return { expiresMs: session.expiresMs }
  }),

  /** Ends the session; without one it changes nothing. */
  signout: publicProcedure.output(z.object({ ok: z.literal(true) })).mutation(async ({ ctx }) => {
    if (ctx.principal?.kind === 'user') await ctx.deps.sessions.close(ctx.principal.secret)
    ctx.setSession(null)
    return { ok: true }
  }),

  me: auditorProcedure
    .output(z.object({ tenant: TenantIdText, organisation: z.string(), user: Person }))
    .query(({ ctx }) =>
      ctx.deps.tx(ctx.tenant, async (tx) => {
        const { user: id, email, role } = ctx.user
        const organisation = await tx.accounts.getTenantName()
        return { tenant: ctx.tenant, organisation, user: { id, email, role } }
      }),
    ),

  users: ownerProcedure
    .output(z.array(Person).readonly())
    .query(({ ctx }) => ctx.deps.tx(ctx.tenant, (tx) => tx.accounts.findUsers())),

  addUser: ownerProcedure
    .input(z.object({ email: Email, role: Role, password: NewPassword }))
    .output(Person)
    .mutation(async ({ ctx, input }) =>
      unwrap(await addUser(ctx.deps, ctx.user, ctx.actor, input)),
    ),
})
