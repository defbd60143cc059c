import type { AppRouter } from '@eventpass/api'
import { createTRPCClient, httpLink, type TRPCClient } from '@trpc/client'

const guests = [
  ['g1', 'Zoë Okafor', 'VIP'],
  ['g2', 'José Muñoz', 'Guest'],
  ['g3', 'Ada Lovelace', 'Guest'],
  ['g4', 'Søren Ægir', 'Guest'],
]

/** An organiser at their desk: an event whose guests came from a spreadsheet, and their codes. */
export interface Organiser {
  readonly call: TRPCClient<AppRouter>
  readonly event: string
  /** Tokens by the guest's name, as they are printed. */
  readonly tokens: ReadonlyMap<string, string>
  /** A link that pairs one tablet. */
  readonly pairingLink: () => Promise<string>
  /** Accepts the one device that waits with these words. */
  readonly accept: (words: readonly string[]) => Promise<void>
}

/**
 * Signs up, makes an event, imports guests from CSV and prints their codes, all over HTTP.
 * `more` guests come beside the four that are always there.
 */
export async function openOrganiser(
  origin: string,
  more = 0,
  nameOf = (at: number) => `Guest Number ${at}`,
): Promise<Organiser> {
  const { call, upload } = connect(origin)
  await call.accounts.signup.mutate({
    organisation: 'Door test',
    email: 'owner@example.org',
    password: 'correct horse battery',
  })
  const now = Date.now()
  const { id: event } = await call.events.create.mutate({
    name: 'Gala',
    timeZone: 'Europe/Berlin',
    startsMs: now - 3_600_000,
    endsMs: now + 36_000_000,
  })
  const others = Array.from({ length: more }, (_, at) => [`m${at}`, nameOf(at), 'Guest'])
  const csv = [['External id', 'Name', 'Category'], ...guests, ...others]
    .map((row) => row.join(';'))
    .join('\r\n')
  const { id } = await upload(event, csv)
  await call.invitees.importCommit.mutate({ id })
  const tokens = await printTokens(call, event)
  const { lists, gates } = await call.events.get.query({ event })
  const [list, gate] = [lists[0]?.id, gates[0]?.id]
  if (!list || !gate) throw new Error('A new event has a list and a gate.')

  return {
    call,
    event,
    tokens,
    pairingLink: async () => {
      const { path } = await call.devicesAdmin.pair.mutate({ event, list, gate, role: 'steward' })
      return `${origin}${path}`
    },
    accept: async (words) => {
      const devices = await call.devicesAdmin.list.query({ event })
      const same = devices.find(
        (device) => device.state === 'waiting' && device.words.join() === words.join(),
      )
      if (!same) throw new Error(`No device waits with the words ${words.join(' ')}.`)
      await call.devicesAdmin.accept.mutate({ device: same.id })
    },
  }
}

/** All codes, page by page. */
async function printTokens(
  call: TRPCClient<AppRouter>,
  event: string,
): Promise<ReadonlyMap<string, string>> {
  const tokens = new Map<string, string>()
  for (let after = 0; ; ) {
    const page = await call.tickets.export.mutate({ event, after })
    for (const { name, token, no } of page) {
      tokens.set(name, token)
      after = no
    }
    if (page.length === 0) return tokens
  }
}

/** A client that keeps the session cookie, as a browser does. */
function connect(origin: string) {
  let cookie = ''
  const withCookie = async (url: RequestInfo | URL, options: RequestInit = {}) => {
    const headers = new Headers(options.headers)
    if (cookie) headers.set('cookie', cookie)
    const answer = await fetch(url, { ...options, headers })
    cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? cookie
    return answer
  }
  const call = createTRPCClient<AppRouter>({
    links: [
      httpLink({
        url: `${origin}/trpc`,
        fetch: (url, options) => withCookie(url as string, options as RequestInit),
      }),
    ],
  })
  const upload = async (event: string, csv: string): Promise<{ readonly id: string }> => {
    const url = `${origin}/uploads/invitees?event=${event}&name=guests.csv`
    const headers = { 'content-type': 'text/csv' }
    const answer = await withCookie(url, { method: 'POST', headers, body: csv })
    if (!answer.ok) throw new Error(`The upload failed: ${await answer.text()}`)
    return answer.json()
  }
  return { call, upload }
}
