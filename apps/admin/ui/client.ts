import type { AppRouter } from '@eventpass/api'
import {
  createTRPCClient,
  httpBatchLink,
  httpSubscriptionLink,
  splitLink,
  type TRPCClient,
  TRPCClientError,
} from '@trpc/client'
import type { inferRouterOutputs } from '@trpc/server'

type Answers = inferRouterOutputs<AppRouter>
export type EventRow = Answers['events']['list'][number]
export type EventDetails = Answers['events']['get']
export type Counts = Answers['events']['counts']
export type Device = Answers['devicesAdmin']['list'][number]
export type Finality = Answers['events']['finality']
export type Incident = Answers['incidents']['list'][number]

const url = '/trpc'

/** Central, as this person; the session is a cookie that page script cannot read. */
export const central: TRPCClient<AppRouter> = createTRPCClient<AppRouter>({
  links: [
    splitLink({
      condition: (operation) => operation.type === 'subscription',
      true: httpSubscriptionLink({ url }),
      false: httpBatchLink({ url, maxItems: 10 }),
    }),
  ],
})

export function isSignedOut(error: unknown): boolean {
  return error instanceof TRPCClientError && error.data?.code === 'UNAUTHORIZED'
}

/** A sentence for people: central's own where it answered, else what to do. */
export function sentenceOf(error: unknown): string {
  if (error instanceof TRPCClientError && error.data) return error.message
  return 'The server does not answer. Check the connection; nothing was changed.'
}
