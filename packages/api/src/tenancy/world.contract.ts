import type { UserRole } from '../accounts/account-store.ts'
import { readUser } from '../accounts/principal.ts'
import type { OpenedSession } from '../accounts/sessions.ts'
import type { ApiDeps } from '../deps.ts'
import { createCaller } from '../router.ts'

/** Central as the contracts of its use cases meet it: real stores, and a clock to set. */
export interface World {
  readonly deps: ApiDeps
  /** What `deps.now` answers. */
  readonly clock: { ms: number }
}

export type Caller = ReturnType<typeof createCaller>

/** A browser: it keeps the session cookie between calls. */
export interface Browser {
  readonly call: () => Promise<Caller>
  readonly session: () => OpenedSession | null
}

export const password = 'correct horse battery'
let count = 0

/** Unique in this run: tests share one database and meet as strangers. */
export function unique(word: string): string {
  count += 1
  return `${word}-${count}-${crypto.randomUUID().slice(0, 8)}`
}

export function openBrowser({ deps }: World, start: OpenedSession | null = null): Browser {
  let session = start
  const peer = unique('peer')
  return {
    session: () => session,
    call: async () =>
      createCaller({
        deps,
        principal: await readUser(deps, session?.secret ?? null),
        requestId: unique('request'),
        peer,
        setSession: (opened) => {
          session = opened
        },
      }),
  }
}

/** A new tenant, seen by its owner. */
export async function openTenant(world: World): Promise<Browser & { readonly email: string }> {
  const browser = openBrowser(world)
  const email = `${unique('owner')}@example.org`
  await (await browser.call()).accounts.signup({ organisation: unique('org'), email, password })
  return { ...browser, email }
}

/** Another person of the same tenant. */
export async function openColleague(
  world: World,
  owner: Browser,
  role: UserRole,
): Promise<Browser> {
  const email = `${unique(role)}@example.org`
  await (await owner.call()).accounts.addUser({ email, role, password })
  const browser = openBrowser(world)
  await (await browser.call()).accounts.signin({ email, password })
  return browser
}

/** An event of that tenant with one list and one gate. */
export async function openEvent(owner: Browser, name = unique('Gala')) {
  const caller = await owner.call()
  const { id } = await caller.events.create({
    name,
    timeZone: 'Europe/Berlin',
    startsMs: 1_790_000_000_000,
    endsMs: 1_790_036_000_000,
  })
  return caller.events.get({ event: id })
}
