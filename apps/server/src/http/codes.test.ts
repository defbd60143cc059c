/**
 * Goal: a client that knows nothing but HTTP and JSON can claim by a code, and is told clearly why not.
 * Method: the whole server over PGlite, asked without a network, by a paired device and by its organiser.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sessionCookieName } from '@eventpass/api'
import { openEvent, openTenant, pairDevice } from '@eventpass/api/testing'
import cookie from '@fastify/cookie'
import fastify, { type FastifyInstance } from 'fastify'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Central, openCentral } from '../compose/open-central.ts'
import { readEnv } from '../env.ts'
import { claimBytesMax, mountCodes } from './codes.ts'

let dir: string
let central: Central
let server: FastifyInstance

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'codes-'))
  const env = readEnv({ DATA_DIR: join(dir, 'data'), DEMO: 'false', SIGNUP: 'true' })
  central = await openCentral(env, pino({ level: 'silent' }))
  server = fastify({ routerOptions: { maxParamLength: 5_000 } })
  await server.register(cookie)
  await mountCodes(server, central)
})

afterAll(async () => {
  await server.close()
  await central.close()
  await rm(dir, { recursive: true })
})

const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  server.inject({
    method: 'POST',
    url: path,
    headers: { 'content-type': 'application/json', ...headers },
    payload: typeof body === 'string' ? body : JSON.stringify(body),
  })

/** An event with one guest, whose code is shown to a device and to staff. */
async function openDoor() {
  const world = { deps: central.deps, clock: { ms: 0 } }
  const owner = await openTenant(world)
  const caller = await owner.call()
  const { id: event, lists, gates } = await openEvent(owner)
  const [list, gate] = [lists[0]?.id, gates[0]?.id]
  if (!list || !gate) throw new Error('A new event has a list and a gate.')
  const bytes = (async function* () {
    yield new TextEncoder().encode('Name\nAnna\nBert')
  })()
  const { id } = await caller.invitees.upload({ event, fileName: 'list.csv', bytes })
  await caller.invitees.importCommit({ id })
  const [token = '', other = ''] = (await caller.tickets.export({ event })).map((one) => one.token)
  const device = await pairDevice(world, owner, { event, list, gate })
  const { pass } = await device.contact()
  return {
    ...{ token, other },
    staff: { cookie: `${sessionCookieName}=${owner.session()?.secret}` },
    tablet: { authorization: `Device ${pass}` },
    intent: () => ({ op: crypto.randomUUID(), seq: 1, epoch: 1 }),
    desk: () => ({ op: crypto.randomUUID(), event, list, gate }),
    gift: await caller.gifts.create({ event, name: 'Shirt', stock: 1 }),
  }
}

test('[CL9] a device and staff claim one code: one is admitted, the other told by whom', async () => {
  const { token, staff, tablet, intent, desk } = await openDoor()
  const first = await post(`/scan/${token}`, intent(), tablet)
  expect(first.statusCode).toBe(200)
  expect(first.headers['cache-control']).toBe('no-store')
  expect(first.json()).toMatchObject({ outcome: 'accepted', invitee: { name: 'Anna' } })
  const second = await post(`/scan/${token}`, desk(), staff)
  expect(second.statusCode).toBe(200)
  expect(second.json()).toMatchObject({
    outcome: 'taken',
    reason: 'used',
    by: { device: 'Tablet' },
  })
})

test('[CL9] a gift is claimed likewise, and one that is no gift is named', async () => {
  const { token, staff, desk, gift } = await openDoor()
  const first = await post(`/gift/${token}`, { ...desk(), list: gift.id }, staff)
  expect(first.json()).toMatchObject({ outcome: 'accepted', invitee: { name: 'Anna' } })
  const wrong = await post(`/gift/${token}`, desk(), staff)
  expect(wrong.statusCode).toBe(404)
  expect(wrong.json()).toEqual({ message: expect.stringContaining('no such gift') })
})

test('[CL9] every no is a status and a sentence, never cached', async () => {
  const { token, other, staff, tablet, intent, desk } = await openDoor()
  const op = crypto.randomUUID()
  await post(`/scan/${token}`, { ...desk(), op }, staff)
  const cases: readonly [string, number, string, ReturnType<typeof post>][] = [
    ['nobody', 401, 'Sign in', post(`/scan/${token}`, desk())],
    [
      'a stale pass',
      401,
      'Sign in',
      post(`/scan/${token}`, intent(), { authorization: 'Device x' }),
    ],
    ['no intent', 400, 'seq', post(`/scan/${token}`, {}, tablet)],
    [
      'another device',
      403,
      'another device',
      post(`/scan/${token}`, { ...intent(), device: op }, tablet),
    ],
    ['a reused op', 422, 'Ask with a new one', post(`/scan/${other}`, { ...desk(), op }, staff)],
    [
      'another event',
      400,
      'ids of this event',
      post(`/scan/${token}`, { ...desk(), event: op }, staff),
    ],
    ['no JSON', 400, 'JSON', post(`/scan/${token}`, '{"op":', tablet)],
    ['a long body', 413, String(claimBytesMax), post(`/scan/${token}`, 'x'.repeat(5_000), tablet)],
    ['a long code', 400, 'qr', post(`/scan/${'A'.repeat(2_000)}`, desk(), staff)],
  ]
  for (const [name, status, words, asking] of cases) {
    const answer = await asking
    expect({ name, status: answer.statusCode }).toEqual({ name, status })
    expect(answer.json().message, name).toContain(words)
    expect(answer.headers['cache-control'], name).toBe('no-store')
  }
  const bad = await post('/scan/hello%20world', desk(), staff)
  expect(bad.json()).toMatchObject({ outcome: 'bad_code', reason: 'unreadable' })
})
