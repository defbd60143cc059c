import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Context, createCaller, type Principal, readUser } from '@eventpass/api'
import type { EventId } from '@eventpass/domain'
import { z } from 'zod'
import type { Central } from '../compose/open-central.ts'
import { codeSheet } from './code-sheet.ts'
import { demoGuests } from './names.ts'

const guestCount = 500
const codesShown = 24
const hourMs = 3_600_000

/** What the demo leaves beside the database, readable by its owner alone. */
const DemoNotes = z.object({
  event: z.uuid().transform((id) => id as EventId),
  logins: z.array(z.object({ role: z.string(), email: z.string(), password: z.string() })),
  /** Unguessable, since whoever opens the sheet can come in. */
  sheetName: z.string(),
})
type DemoNotes = z.infer<typeof DemoNotes>

export interface Demo extends DemoNotes {
  /** Origin-relative; pairs one tablet within ten minutes. */
  readonly pairingPath: string
  readonly sheet: string
}

/**
 * Opens the demo: on an empty database it makes a tenant, people of every role, an event and
 * 500 invitees, through the same procedures as anybody. Null where the database is somebody's.
 */
export async function openDemo(central: Central, dataDir: string): Promise<Demo | null> {
  const notesPath = join(dataDir, 'demo.json')
  const isEmpty = (await central.deps.lookups.findTenants(null, 1)).length === 0
  if (isEmpty) {
    const notes = await seedDemo(central)
    await writeFile(notesPath, `${JSON.stringify(notes, null, 2)}\n`, { mode: 0o600 })
  }
  const kept = await readFile(notesPath, 'utf8').catch(() => null)
  if (kept === null) return null
  const notes = DemoNotes.parse(JSON.parse(kept))
  const owner = notes.logins[0]
  if (!owner) return null

  const caller = await signIn(central, owner)
  const { lists, gates, name } = await caller.events.get({ event: notes.event })
  const [list, gate] = [lists[0], gates[0]]
  if (!list || !gate) return null
  const { path } = await caller.devicesAdmin.pair({
    event: notes.event,
    list: list.id,
    gate: gate.id,
    role: 'supervisor',
  })
  const codes = await caller.tickets.export({ event: notes.event, limit: codesShown })
  return { ...notes, pairingPath: path, sheet: await codeSheet(`${name}: codes to scan`, codes) }
}

const anonymous = {
  principal: null,
  requestId: 'demo',
  peer: 'demo',
  setSession: () => {},
}

async function seedDemo(central: Central): Promise<DemoNotes> {
  const logins = ['owner', 'organiser', 'auditor'].map((role) => ({
    role,
    email: `${role}@demo.example`,
    password: randomBytes(9).toString('base64url'),
  }))
  const [owner, ...others] = logins
  if (!owner) throw new Error('The demo has an owner.')
  const { accounts } = createCaller({
    ...anonymous,
    deps: { ...central.deps, signupOpen: true },
  })
  await accounts.signup({
    organisation: 'Demo organiser',
    email: owner.email,
    password: owner.password,
  })
  const caller = await signIn(central, owner)
  for (const { role, email, password } of others) {
    await caller.accounts.addUser({ email, password, role: role as 'organiser' | 'auditor' })
  }
  const now = Math.floor(central.deps.now() / hourMs) * hourMs
  const { id: event } = await caller.events.create({
    name: 'Autumn Gala',
    timeZone: 'Europe/Berlin',
    startsMs: now,
    endsMs: now + 72 * hourMs,
  })
  await caller.events.edit({ event, pin: '2468' })
  await caller.events.addGate({ event, name: 'North gate' })
  const upload = await caller.invitees.upload({
    event,
    fileName: 'guests.csv',
    bytes: asCsv(),
  })
  await caller.invitees.importCommit({ id: upload.id })
  return { event, logins, sheetName: randomBytes(16).toString('base64url') }
}

async function* asCsv(): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder()
  yield encoder.encode('External id,Name,E-mail,Category\n')
  for (const { externalId, name, email, category } of demoGuests(guestCount)) {
    yield encoder.encode(`${externalId},"${name}",${email},${category}\n`)
  }
}

async function signIn(central: Central, { email, password }: { email: string; password: string }) {
  let secret: string | null = null
  const caller = callerOf(central, null, (opened) => {
    secret = opened?.secret ?? null
  })
  await caller.accounts.signin({ email, password })
  return callerOf(central, await readUser(central.deps, secret), () => {})
}

function callerOf({ deps }: Central, principal: Principal, setSession: Context['setSession']) {
  return createCaller({ ...anonymous, deps, principal, setSession })
}
