import type { scanClaimsRouter } from './claims/router.ts'
import { answerPlainly, type PlainAnswer } from './plain-router.ts'
import { createCaller } from './router.ts'
import type { Context } from './trpc.ts'

type Asked = Parameters<ReturnType<typeof scanClaimsRouter.createCaller>['code']>[0]

/**
 * Claims by a code that came in a URL: for a device by its pass, for staff by their session.
 *
 * `body` is the rest of what `scan.code` or `scan.staffCode` ask, unread; a device need not name itself.
 */
export function receiveCode(
  context: Context,
  what: 'scan' | 'gift',
  qr: string,
  body: unknown,
): Promise<PlainAnswer> {
  const { principal } = context
  const asked = { ...(typeof body === 'object' ? body : null), qr }
  const caller = createCaller(context)[what]
  return answerPlainly(context, () => {
    // Whatever came is parsed by the procedure: here it has no type yet.
    if (principal?.kind !== 'device') return caller.staffCode(asked as never)
    return caller.code({ device: principal.device, ...asked } as unknown as Asked)
  })
}
