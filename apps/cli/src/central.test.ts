/**
 * Goal: an organiser works central from a terminal: signs in, makes an event, imports a list,
 * exports codes, pairs a tablet; and whatever goes wrong is one sentence and exit code 1.
 * Method: the real program against central's router over HTTP, on PGlite in memory.
 */
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type ApiDeps,
  appRouter,
  type Context,
  readUser,
  receiveUpload,
  sessionCookieName,
} from '@eventpass/api'
import { openTestPglite, openWorld, type TestDatabase } from '@eventpass/db/testing'
import { decodeToken } from '@eventpass/token'
import { createHTTPHandler } from '@trpc/server/adapters/standalone'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { registerAudit } from './audit.ts'
import { registerDevices } from './devices.ts'
import { registerEvents } from './events.ts'
import { registerInvitees } from './invitees.ts'
import { registerLogin, registerLogout, registerSignup } from './login.ts'
import { runCli } from './run-cli.ts'
import { registerTickets } from './tickets.ts'

const password = 'correct horse battery'
const email = 'owner@example.org'
let database: TestDatabase
let http: Server
let origin: string
let home: string
/** Central's clock here is a set one. */
let centralNowMs: () => number
let deps: ApiDeps

beforeAll(async () => {
  database = await openTestPglite()
  deps = (await openWorld(database)).deps
  centralNowMs = deps.now
  const contextOf = async (req: IncomingMessage, res: ServerResponse): Promise<Context> => {
    const cookie = new RegExp(`${sessionCookieName}=([^;]+)`).exec(req.headers.cookie ?? '')
    return {
      deps,
      principal: await readUser(deps, cookie?.[1] ?? null),
      requestId: 'test',
      peer: 'test',
      setSession: (session) =>
        res.setHeader(
          'set-cookie',
          `${sessionCookieName}=${session?.secret ?? ''}; Path=/; Secure`,
        ),
    }
  }
  const trpc = createHTTPHandler({
    router: appRouter,
    basePath: '/trpc/',
    createContext: ({ req, res }) => contextOf(req as IncomingMessage, res as ServerResponse),
  })
  http = createServer(async (req, res) => {
    const url = new URL(req.url ?? '/', 'http://x')
    if (url.pathname !== '/uploads/invitees') return trpc(req, res)
    const at = {
      event: url.searchParams.get('event') ?? '',
      fileName: url.searchParams.get('name') ?? '',
    }
    const { status, body } = await receiveUpload(await contextOf(req, res), at, req)
    res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(http.address() as AddressInfo).port}`
  home = await mkdtemp(join(tmpdir(), 'cli-'))
  await eventpass('signup', '--organisation', 'Org', '--email', email, '--server', origin)
  await eventpass(
    'events',
    'create',
    'Gala',
    '--starts',
    '2026-09-21T18:00+02:00',
    '--ends',
    '2026-09-21T23:00+02:00',
  )
})

afterAll(async () => {
  http.close()
  await database.remove()
  await rm(home, { recursive: true })
})

/** Where a server was a moment ago and none is now. */
async function closedOrigin(): Promise<string> {
  const gone = createServer()
  await new Promise<void>((resolve) => gone.listen(0, '127.0.0.1', resolve))
  const { port } = gone.address() as AddressInfo
  await new Promise((resolve) => gone.close(resolve))
  return `http://127.0.0.1:${port}`
}

async function eventpass(...words: readonly string[]) {
  const said = { out: '', err: '', code: 0 }
  const screen = (name: 'out' | 'err') => ({
    write: (text: string) => {
      said[name] += text
    },
    isTty: false,
    columns: 80,
  })
  const groups = {
    audit: async () => registerAudit,
    devices: async () => registerDevices,
    events: async () => registerEvents,
    invitees: async () => registerInvitees,
    login: async () => registerLogin,
    logout: async () => registerLogout,
    signup: async () => registerSignup,
    tickets: async () => registerTickets,
  }
  await runCli(groups, words, {
    env: { XDG_CONFIG_HOME: home, EVENTPASS_PASSWORD: password },
    cwd: home,
    userName: 'tester',
    stdout: screen('out'),
    stderr: screen('err'),
    nowMs: centralNowMs,
    pause: async () => {},
    signal: new AbortController().signal,
    exitWith: (code) => {
      said.code = code
    },
  })
  return said
}

test('signing in keeps a session that its owner alone can read, and says as whom', async () => {
  const { out, code } = await eventpass('login', '--email', email, '--server', origin)
  expect({ out, code }).toEqual({
    out: `Signed in to ${origin} as ${email}, owner of Org.\n`,
    code: 0,
  })
  const file = await stat(join(home, 'eventpass', 'session.json'))
  expect(file.mode & 0o777).toBe(0o600)
})

test('an organisation is made from a terminal where the server lets people, and told of where not', async () => {
  const words = ['signup', '--organisation', 'Second', '--server', origin, '--email']
  const { out } = await eventpass(...words, 'second@example.org')
  expect(out).toBe(`Signed in to ${origin} as second@example.org, owner of Second.\n`)
  const open = deps
  deps = { ...open, signupOpen: false }
  const closed = await eventpass(...words, 'third@example.org')
  deps = open
  expect(closed).toMatchObject({ code: 1, err: expect.stringContaining('SIGNUP=true') })
  await eventpass('login', '--email', email, '--server', origin)
})

test('a wrong password, a wrong server and no session are one sentence each, with exit code 1', async () => {
  await writeFile(join(home, 'password'), 'not this one\n')
  const wrong = await eventpass(
    'login',
    '--email',
    email,
    '--server',
    origin,
    '--password-file',
    'password',
  )
  expect(wrong).toMatchObject({ code: 1 })
  expect(wrong.err).toContain('cannot be read')
  const path = join(home, 'password')
  const refused = await eventpass(
    'login',
    '--email',
    email,
    '--server',
    origin,
    '--password-file',
    path,
  )
  expect(refused).toEqual({
    code: 1,
    out: '',
    err: 'E-mail address and password do not match. Check both and try again.\n',
  })
  const closed = await closedOrigin()
  const nowhere = await eventpass('login', '--email', email, '--server', closed)
  expect(nowhere.err).toContain(`${closed} does not answer (ECONNREFUSED)`)
  expect(nowhere.code).toBe(1)
})

test('a list is imported once; again it changes nothing, and a preview never does', async () => {
  await writeFile(
    join(home, 'list.csv'),
    'Name;E-Mail;Category\nZoë Müller;zoe@example.org;VIP\nBen;;Guest\n',
  )
  const preview = await eventpass('invitees', 'import', 'list.csv', '--event', 'gala', '--preview')
  expect(preview).toMatchObject({ code: 0, err: '' })
  expect(preview.out).toContain('It would have: added 2')
  const first = await eventpass('invitees', 'import', 'list.csv', '--event', 'Gala')
  expect(first.out).toContain('Added 2, changed 0, left 0 as they were.')
  const again = await eventpass('invitees', 'import', 'list.csv', '--event', 'Gala')
  expect(again.out).toContain('Added 0, changed 0, left 2 as they were.')
  expect((await eventpass('invitees', 'list', '--event', 'Gala', '--find', 'muller')).out).toBe(
    '1  Zoë Müller  zoe@example.org  valid\n',
  )
})

test('a list with errors names row and column, imports nothing and ends with exit code 1', async () => {
  await writeFile(join(home, 'bad.csv'), 'Name,Phone\n,0151\nAnna,4.91578E+11\n')
  const { err, code } = await eventpass('invitees', 'import', 'bad.csv', '--event', 'Gala')
  expect(code).toBe(1)
  expect(err).toContain('Error in row 2, column A: The row has no name.')
  expect(err).toContain('Warning in row 3, column B: The phone number "4.91578E+11" was shortened')
  expect(err).toContain('bad.csv was not imported: it has 2 errors.')
  expect((await eventpass('invitees', 'list', '--event', 'Gala', '--find', 'anna')).out).toBe('')

  await writeFile(join(home, 'picture.csv'), Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2]))
  const picture = await eventpass('invitees', 'import', 'picture.csv', '--event', 'Gala')
  expect(picture).toMatchObject({ code: 1, out: '' })
  expect(picture.err).toContain('neither a CSV nor an XLSX file')
  const missing = await eventpass('invitees', 'import', 'nowhere.csv', '--event', 'Gala')
  expect(missing).toMatchObject({ code: 1, err: 'nowhere.csv is no file. Check its name.\n' })
  const nameless = await eventpass('invitees', 'import', 'list.csv', '--event', 'Other')
  expect(nameless.err).toBe('There is no event "Other". There is "Gala".\n')
})

test('a list of headers without guests is told as such, with exit code 1', async () => {
  await writeFile(join(home, 'headers.csv'), 'Name;E-Mail\n;\n')
  const { out, err, code } = await eventpass('invitees', 'import', 'headers.csv', '--event', 'Gala')
  expect({ out, code }).toEqual({ out: '', code: 1 })
  expect(err).toContain('The file has no guests: nothing stands below the headers in row 1.')
})

test('errors are told before warnings, of which most are only counted', async () => {
  const lines = Array.from({ length: 80 }, (_, at) => `Guest ${at},no address\n`)
  await writeFile(join(home, 'long.csv'), `Name,E-Mail\n${lines.join('')},x@example.org\n`)
  const { err, code } = await eventpass('invitees', 'import', 'long.csv', '--event', 'Gala')
  expect(code).toBe(1)
  expect(err).toMatch(/^Error in row 82, column A: The row has no name/)
  expect(err).toContain('… and 31 more.')
  expect(err).toContain('it has 1 error.')
})

test('files that cannot be read or written are named, and no server is blamed', async () => {
  const unread = await eventpass('invitees', 'import', '/proc/self/mem', '--event', 'Gala')
  expect(unread).toMatchObject({ code: 1, out: '' })
  expect(unread.err).toMatch(/^mem cannot be read: .*\n$/)
  await writeFile(join(home, 'a-file'), '')
  const unwritten = await eventpass('tickets', 'export', '--event', 'Gala', '--out', 'a-file')
  expect(unwritten).toMatchObject({ code: 1, out: '' })
  expect(unwritten.err).toMatch(/^The files cannot be written or read: .*a-file.*\n$/)
})

test('codes are exported as images with an index and a sheet, for nobody else to read', async () => {
  await writeFile(
    join(home, 'list.csv'),
    'Name;E-Mail;Category\nZoë Müller;zoe@example.org;VIP\nBen;;Guest\n"=1+1";;\n',
  )
  await eventpass('invitees', 'import', 'list.csv', '--event', 'Gala')
  const { out, code } = await eventpass(
    'tickets',
    'export',
    '--event',
    'Gala',
    '--out',
    'codes-out',
  )
  expect({ code, out }).toMatchObject({
    code: 0,
    out: expect.stringContaining('3 codes in codes-out'),
  })
  const folder = join(home, 'codes-out')
  expect((await readdir(join(folder, 'codes'))).sort()).toEqual(
    ['000001', '000002', '000003'].flatMap((name) => [`${name}.png`, `${name}.svg`]),
  )
  const lines = (await readFile(join(folder, 'index.csv'), 'utf8')).split('\r\n')
  expect(lines[0]).toBe('\uFEFFno,name,category,party,generation,token,image')
  const [no, name, category, , , token = '', image] = (lines[1] ?? '').split(',')
  expect([no, name, category, image]).toEqual(['1', 'Zoë Müller', 'VIP', 'codes/000001.svg'])
  expect(decodeToken(token).ok).toBe(true)
  expect(lines[3]).toContain("3,'=1+1,")
  expect(await readFile(join(folder, 'sheet.html'), 'utf8')).toContain('src="codes/000002.svg"')
  expect((await stat(join(folder, 'index.csv'))).mode & 0o777).toBe(0o600)

  const reprint = await eventpass(
    'tickets',
    'reprint',
    '--event',
    'Gala',
    '--no',
    '2',
    '--out',
    'codes-out',
  )
  expect(reprint.out).toContain('New code of Ben')
  const reprinted = await readFile(join(folder, 'reprint-000002.csv'), 'utf8')
  expect(reprinted).toContain('\r\n2,Ben,Guest,,2,EP1')
  expect(await readFile(join(folder, 'index.csv'), 'utf8')).toBe(lines.join('\r\n'))

  // Where the new code could not be written, the old one is not refused.
  await writeFile(join(home, 'a-file'), '')
  const into = ['--event', 'Gala', '--no', '2', '--out', 'a-file/codes']
  expect((await eventpass('tickets', 'reprint', ...into)).code).toBe(1)
  const again = await eventpass('tickets', 'reprint', ...into.slice(0, -1), 'again')
  expect(again.code).toBe(0)
  const third = await readFile(join(home, 'again', 'reprint-000002.csv'), 'utf8')
  expect(third).toContain('\r\n2,Ben,Guest,,3,EP1')
})

test('a pairing link is one line on standard output; devices are listed and decided on', async () => {
  const { out, err } = await eventpass('devices', 'pair', '--event', 'Gala', '--role', 'supervisor')
  expect(out).toMatch(new RegExp(`^${origin}/door/#pair=[A-Za-z0-9_-]{22}\n$`))
  expect(err).toContain('within 10 minutes')
  expect((await eventpass('devices', 'list', '--event', 'Gala')).out).toContain('No device')
  const nobody = await eventpass('devices', 'accept', '00000000-0000-4000-8000-000000000000')
  expect(nobody).toMatchObject({ code: 1, err: 'There is no such device in this account.\n' })
  const gate = await eventpass('devices', 'pair', '--event', 'Gala', '--gate', 'Nowhere')
  expect(gate.err).toBe('The event has no gate "Nowhere". It has "Main entrance".\n')
})

test('an event is shown with its counts, and a time without an offset is refused', async () => {
  const { out } = await eventpass('events', 'show', 'Gala')
  expect(out).toContain('lists       Check-in')
  expect((await eventpass('events', 'list')).out).toContain('2026-09-21 16:00  Gala')
  const vague = await eventpass(
    'events',
    'create',
    'X',
    '--starts',
    '2026-09-21 18:00',
    '--ends',
    'later',
  )
  expect(vague).toMatchObject({
    code: 1,
    err: expect.stringContaining('--starts "2026-09-21 18:00" is no time'),
  })
})

test('[GD1] a person is erased by number, and which tablets have yet to hear of it is told', async () => {
  await writeFile(join(home, 'ida.csv'), 'Name;E-Mail\nIda Quill;ida@example.org\n')
  await eventpass('invitees', 'import', 'ida.csv', '--event', 'Gala')
  const find = async () =>
    (await eventpass('invitees', 'list', '--event', 'Gala', '--find', 'ida')).out
  const no = /^(\d+) /.exec(await find())?.[1] ?? ''
  const at = ['--event', 'Gala', '--invitee', no]
  const early = await eventpass('invitees', 'erase', ...at, '--status')
  expect(early).toMatchObject({ code: 1, out: '' })
  expect(early.err).toContain('is not erased')
  const unsure = await eventpass('invitees', 'erase', ...at)
  expect(unsure).toMatchObject({ code: 1, out: '' })
  expect(unsure.err).toContain('say --yes')
  const erased = await eventpass('invitees', 'erase', ...at, '--yes')
  expect(erased).toMatchObject({ code: 0, err: '' })
  expect(erased.out).toContain(`Invitee ${no} is erased since`)
  expect(await find()).toBe('')
  expect((await eventpass('invitees', 'erase', ...at, '--status')).out).toBe(erased.out)
  const nobody = await eventpass(
    'invitees',
    'erase',
    '--event',
    'Gala',
    '--invitee',
    '9999',
    '--yes',
  )
  expect(nobody.err).toContain('no invitee of that number')
})

test('signing out ends the session here and on central', async () => {
  const kept = await readFile(join(home, 'eventpass', 'session.json'), 'utf8')
  expect((await eventpass('logout')).out).toBe('Signed out.\n')
  expect((await eventpass('events', 'list')).err).toBe(
    'Nobody is signed in here. Run: eventpass login\n',
  )
  await writeFile(join(home, 'eventpass', 'session.json'), kept)
  expect((await eventpass('events', 'list')).err).toBe(
    'The session has ended. Run: eventpass login\n',
  )
})

test('[AU1] the audit is verified by one command; a broken one is one sentence and exit code 1', async () => {
  await eventpass('login', '--email', email, '--server', origin)
  expect(await eventpass('audit', 'verify')).toMatchObject({
    code: 0,
    out: expect.stringContaining('rows are what they were'),
  })
  const owner = await deps.lookups.findUser(email)
  if (!owner) throw new Error('The owner signed up.')
  await deps.auditHeads.append(owner.tenant, { bytes: '{}', signature: 'A'.repeat(86) })
  expect(await eventpass('audit', 'verify')).toMatchObject({
    code: 1,
    err: 'A head of the chain was not signed by central.\n',
  })
})
