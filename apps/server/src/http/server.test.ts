/**
 * Goal: what the HTTP side promises around the procedures: limits that are told by name, health that
 * is true, cookies and origins that nobody can borrow, pages under a policy.
 * Method: the whole server over PGlite, asked without a network; the database is taken away from it.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Central, openCentral } from '../compose/open-central.ts'
import { readEnv } from '../env.ts'
import { createServer } from './create-server.ts'

const origin = 'http://localhost:4000'
const signUp = {
  organisation: 'Org',
  email: 'owner@example.org',
  password: 'correct horse battery',
}
let dir: string
let central: Central
let server: FastifyInstance

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'server-'))
  await mkdir(join(dir, 'admin/.next'), { recursive: true })
  await writeFile(join(dir, 'admin/.next/BUILD_ID'), 'none')
  await mkdir(join(dir, 'door/assets'), { recursive: true })
  await writeFile(join(dir, 'door/index.html'), '<!doctype html>')
  for (const ending of ['', '.br', '.gz']) {
    await writeFile(join(dir, `door/assets/app-1a2b.js${ending}`), `app${ending}`)
  }
  const log = pino({ level: 'silent' })
  const env = readEnv({ DATA_DIR: join(dir, 'data'), DEMO: 'false', SIGNUP: 'true' })
  central = await openCentral(env, log)
  const pages = { doorDir: join(dir, 'door'), adminDir: join(dir, 'admin') }
  server = await createServer({ central, log, origin, pages, demo: null, tls: null })
})

afterAll(async () => {
  await server.close()
  await rm(dir, { recursive: true })
})

const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  server.inject({
    method: 'POST',
    url: `/trpc/${path}`,
    headers: { 'content-type': 'application/json', ...headers },
    payload: typeof body === 'string' ? body : JSON.stringify(body),
  })

test('a body over the limit is a named error that a tRPC client understands', async () => {
  const answer = await post('sync.push', 'x'.repeat(5 * 1_024 * 1_024))
  expect(answer.statusCode).toBe(413)
  expect(answer.json()).toMatchObject({
    error: {
      message: expect.stringContaining('4 MiB'),
      data: { code: 'PAYLOAD_TOO_LARGE', httpStatus: 413, failure: 'body_too_large' },
    },
  })
})

test('a batch over the limit is a named error', async () => {
  const paths = Array.from({ length: 11 }, () => 'accounts.signout').join(',')
  const answer = await post(`${paths}?batch=1`, {})
  expect(answer.statusCode).toBe(400)
  expect(answer.json()).toMatchObject({
    error: { message: 'Batch call exceeds maximum size', data: { code: 'BAD_REQUEST' } },
  })
})

test('what is no JSON is a named error', async () => {
  const answer = await post('accounts.signin', '{"email":')
  expect(answer.statusCode).toBe(400)
  expect(answer.json()).toMatchObject({ error: { data: { code: 'BAD_REQUEST' } } })
})

test('a session is a __Host- cookie that no script reads and no other site sends along', async () => {
  const answer = await post('accounts.signup', signUp)
  expect(answer.statusCode).toBe(200)
  const cookie = String(answer.headers['set-cookie'])
  expect(cookie).toMatch(
    /^__Host-eventpass=[^;]{20,}; Path=\/; Expires=[^;]+; HttpOnly; Secure; SameSite=Lax$/,
  )
  expect(answer.body).not.toContain(cookie.slice(17, 40))
})

test('a page of another origin cannot use a session; one of this origin can', async () => {
  const evil = await post('accounts.signout', {}, { origin: 'https://evil.example' })
  expect(evil.statusCode).toBe(403)
  expect(evil.json()).toEqual({
    message: `Calls from https://evil.example are refused. Open ${origin}.`,
  })
  expect((await post('accounts.signout', {}, { origin })).statusCode).toBe(200)
})

test('the door comes under its policy, lasting files for a year, its page asked for anew', async () => {
  const page = await server.inject('/door/index.html')
  expect(page.headers['content-security-policy']).toContain("script-src 'self' 'wasm-unsafe-eval'")
  expect(page.headers['cache-control']).toBe('no-cache')
  const asset = await server.inject('/door/assets/app-1a2b.js')
  expect(asset.headers['cache-control']).toContain('immutable')
  expect(asset.headers['x-content-type-options']).toBe('nosniff')
})

test('a file of the door comes as the build packed it, for callers that accept it, and says so to caches', async () => {
  for (const [accepted, encoding, body] of [
    ['gzip, deflate, br', 'br', 'app.br'],
    ['gzip, br;q=0', 'gzip', 'app.gz'],
    ['identity', undefined, 'app'],
  ]) {
    const headers = { 'accept-encoding': String(accepted) }
    const answer = await server.inject({ url: '/door/assets/app-1a2b.js', headers })
    expect(answer.body).toBe(body)
    expect(answer.headers['content-encoding']).toBe(encoding)
    expect(answer.headers['content-type']).toContain('javascript')
    expect(answer.headers).toMatchObject({
      vary: 'accept-encoding',
      'cache-control': expect.stringContaining('immutable'),
      'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
    })
  }
  const page = await server.inject({ url: '/door/', headers: { 'accept-encoding': 'br' } })
  expect(page.body).toBe('<!doctype html>')
  expect(page.headers['content-encoding']).toBeUndefined()
})

test('every answer forbids frames, guessing of types and telling where one came from', async () => {
  for (const url of ['/', '/door', '/door/', '/health', '/nothing', '/trpc/nothing', '/demo/x']) {
    expect((await server.inject(url)).headers).toMatchObject({
      'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    })
  }
})

test('who mistypes an address reads where the pages are', async () => {
  const answer = await server.inject('/nothing')
  expect(answer.statusCode).toBe(404)
  expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8')
  expect(answer.body).toContain('/door/')
})

test('a snapshot is for the devices of its event alone', async () => {
  expect((await server.inject('/snapshots/some/thing.sqlite.gz')).statusCode).toBe(401)
  expect((await server.inject('/snapshots/..%2f..%2fmaster.key/x')).statusCode).toBe(401)
})

test('wrong values of the environment are named all at once', () => {
  const wrong = { PORT: 'x', DATABASE_URL: 'mysql://a/b', MASTER_KEY: 'short', LOG_LEVEL: 'loud' }
  expect(() => readEnv(wrong)).toThrow(/DATABASE_URL[\s\S]*PORT[\s\S]*MASTER_KEY[\s\S]*LOG_LEVEL/)
})

test('/metrics tells a scraper on this machine of calls, dependencies and work, and nobody else', async () => {
  await post('accounts.signin', { email: 'stranger-7@example.org', password: 'wrong' })
  const answer = await server.inject('/metrics')
  expect(answer.statusCode).toBe(200)
  expect(answer.body).toMatch(
    /eventpass_http_seconds_count{method="POST",route="\/trpc\/[^"]*",status="401"} [1-9]/,
  )
  expect(answer.body).toContain('eventpass_dependency_up{dependency="pglite"} 1')
  expect(answer.body).toMatch(/eventpass_keys_reconciled_total \d/)
  expect(answer.body).not.toContain('stranger-7')
  const far = await server.inject({ url: '/metrics', remoteAddress: '192.168.1.9' })
  expect(far.statusCode).toBe(404)
  const proxied = await server.inject({
    url: '/metrics',
    headers: { 'x-forwarded-for': '9.9.9.9' },
  })
  expect(proxied.statusCode).toBe(404)
})

test('health tells the truth: up, and down once the database is gone', async () => {
  const healthy = await server.inject('/health')
  expect(healthy.statusCode).toBe(200)
  expect(healthy.json()).toMatchObject({
    status: 'ok',
    dependencies: { pglite: true, broker: true },
  })
  await central.close()
  const gone = await server.inject('/health')
  expect(gone.statusCode).toBe(503)
  expect(gone.json()).toMatchObject({ status: 'down', dependencies: { pglite: false } })
})
