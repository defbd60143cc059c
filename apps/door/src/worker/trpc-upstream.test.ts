import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Upstream } from '@eventpass/sync'
import { afterEach, expect, test } from 'vitest'
import { createTrpcUpstream } from './trpc-upstream.ts'

/**
 * Goal: whatever a network does to a call, the engine hears one of four plain failures.
 * Method: the real client against a small server on this machine that answers as told.
 */
const servers: Server[] = []

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

async function upstreamTo(answer: RequestListener): Promise<Upstream> {
  const server = createServer(answer)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return createTrpcUpstream(`http://127.0.0.1:${port}`)
}

const never = new AbortController().signal
const input = { protocol: 1, device: 'a' }

function json(status: number, body: unknown, headers = {}): RequestListener {
  return (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(JSON.stringify(body))
  }
}

function page(status: number): RequestListener {
  return (_, response) => {
    response.writeHead(status, { 'content-type': 'text/html' }).end('<html>Sign in</html>')
  }
}

const trpcError = (httpStatus: number, code: string, failure?: string) => ({
  error: { code: -32_000, message: 'In words.', data: { code, httpStatus, failure } },
})

test('an answer passes through, asked with the pass and without cookies', async () => {
  const seen: unknown[] = []
  const upstream = await upstreamTo((request, response) => {
    seen.push(request.method, request.url, request.headers.authorization, request.headers.cookie)
    json(200, { result: { data: { nonce: 'n' } } })(request, response)
  })
  expect(await upstream.snapshot('the-pass', input, never)).toEqual({
    ok: true,
    value: { nonce: 'n' },
  })
  expect(seen).toEqual(['POST', '/trpc/sync.snapshot', 'Device the-pass', undefined])
})

test('a named refusal keeps its name and its sentence', async () => {
  const upstream = await upstreamTo(json(404, trpcError(404, 'NOT_FOUND', 'unknown_device')))
  expect(await upstream.challenge(input, never)).toEqual({
    ok: false,
    failure: { kind: 'refused', code: 'unknown_device', message: 'In words.' },
  })
})

test('a pass that ran out is told from other refusals', async () => {
  const upstream = await upstreamTo(json(401, trpcError(401, 'UNAUTHORIZED')))
  expect(await upstream.snapshot('old', input, never)).toMatchObject({
    failure: { kind: 'refused', code: 'pass_refused' },
  })
})

test('a portal that answers with a page of its own is unreadable, with any status of success', async () => {
  for (const status of [200, 203, 404]) {
    const upstream = await upstreamTo(page(status))
    const answer = await upstream.challenge(input, never)
    expect(answer, String(status)).toEqual({ ok: false, failure: { kind: 'unreadable' } })
  }
})

test("a server's own fault, a broken line and nobody there are all no answer", async () => {
  const cut: RequestListener = (request) => void request.socket.destroy()
  const faults = [page(502), json(500, trpcError(500, 'INTERNAL_SERVER_ERROR')), cut]
  for (const answer of faults) {
    const upstream = await upstreamTo(answer)
    expect(await upstream.challenge(input, never)).toEqual({
      ok: false,
      failure: { kind: 'unreachable' },
    })
  }
  const nobody = createTrpcUpstream('http://127.0.0.1:1')
  expect(await nobody.challenge(input, never)).toMatchObject({ failure: { kind: 'unreachable' } })
})

test('a request to come later says when', async () => {
  const busy = json(429, trpcError(429, 'TOO_MANY_REQUESTS', 'too_many'), { 'retry-after': '7' })
  const upstream = await upstreamTo(busy)
  expect(await upstream.challenge(input, never)).toEqual({
    ok: false,
    failure: { kind: 'busy', retryMs: 7_000 },
  })
})

test('giving up ends a call that would hang', async () => {
  const upstream = await upstreamTo(() => {})
  const giveUp = new AbortController()
  const answer = upstream.challenge(input, giveUp.signal)
  giveUp.abort()
  expect(await answer).toMatchObject({ ok: false, failure: { kind: 'unreachable' } })
})

async function readAll(upstream: Upstream, from: number): Promise<[number, string]> {
  const range = await upstream.fetchRange('the-pass', '/snapshots/e/s.sqlite.gz', from, never)
  if (!range.ok) throw new Error(range.failure.kind)
  let text = ''
  for await (const chunk of range.value.chunks) text += new TextDecoder().decode(chunk)
  return [range.value.from, text]
}

test('a range goes on where it is asked to, or says that it starts over', async () => {
  const whole = 'abcdefghij'
  const ranged = await upstreamTo((request, response) => {
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1])
    response.writeHead(206, { 'content-range': `bytes ${from}-9/10` }).end(whole.slice(from))
  })
  expect(await readAll(ranged, 4)).toEqual([4, 'efghij'])
  const plain = await upstreamTo((_, response) => void response.end(whole))
  expect(await readAll(plain, 4)).toEqual([0, whole])
})

test('a snapshot that is gone is told from a page of a portal and from a pass that ran out', async () => {
  const failureFor = async (answer: RequestListener) => {
    const upstream = await upstreamTo(answer)
    const range = await upstream.fetchRange('p', '/snapshots/e/s.sqlite.gz', 0, never)
    return range.ok ? null : range.failure
  }
  expect(await failureFor(json(404, {}))).toMatchObject({ kind: 'refused', code: 'gone' })
  expect(await failureFor(json(401, {}))).toMatchObject({ kind: 'refused', code: 'pass_refused' })
  expect(await failureFor(page(200))).toEqual({ kind: 'unreadable' })
  expect(await failureFor(page(503))).toEqual({ kind: 'busy', retryMs: null })
})

test('a path to another origin is not followed, so that no pass leaves its node', async () => {
  let asked = 0
  const upstream = await upstreamTo((_, response) => {
    asked += 1
    response.end()
  })
  const range = await upstream.fetchRange('the-pass', 'http://127.0.0.1:1/x', 0, never)
  expect(range).toEqual({ ok: false, failure: { kind: 'unreadable' } })
  expect(asked).toBe(0)
})
