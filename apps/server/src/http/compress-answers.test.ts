/**
 * Goal: answers of the API are small on the wire, and whole; streams are not held back.
 * Method: a small server with the hook, asked without a network.
 */
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import fastify from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { compressAnswers } from './compress-answers.ts'

const large = JSON.stringify({ rows: Array.from({ length: 200 }, (_, at) => `Guest ${at}`) })
const json = { 'content-type': 'application/json' }
const server = fastify()

beforeAll(async () => {
  compressAnswers(server)
  server.get('/large', () => {
    const headers = new Headers(json)
    headers.append('set-cookie', 'a=1')
    headers.append('set-cookie', 'b=2')
    return new Response(large, { status: 207, headers })
  })
  server.get('/small', () => new Response('{}', { headers: json }))
  server.get('/events', () => {
    return new Response(large, { headers: { 'content-type': 'text/event-stream' } })
  })
  await server.ready()
})

afterAll(() => server.close())

const ask = (url: string, headers: Record<string, string>) => server.inject({ url, headers })

test('a large answer comes in the best encoding that the caller names, whole, with its status and cookies', async () => {
  const gzip = await ask('/large', { 'accept-encoding': 'gzip, deflate' })
  expect(gunzipSync(gzip.rawPayload).toString()).toBe(large)
  const br = await ask('/large', { 'accept-encoding': 'gzip, deflate, br;q=0.9' })
  expect(brotliDecompressSync(br.rawPayload).toString()).toBe(large)
  for (const { statusCode, headers, rawPayload } of [gzip, br]) {
    expect(statusCode).toBe(207)
    expect(headers).toMatchObject({ vary: 'accept-encoding', 'set-cookie': ['a=1', 'b=2'] })
    expect(Number(headers['content-length'])).toBe(rawPayload.length)
    expect(rawPayload.length).toBeLessThan(large.length / 2)
  }
})

test('a caller that accepts none, or refuses one by its rating, gets plain bytes', async () => {
  const none: Record<string, string>[] = [{}, { 'accept-encoding': 'br;q=0, gzip; q=0.0' }]
  for (const headers of none) {
    const answer = await ask('/large', headers)
    expect(answer.body).toBe(large)
    expect(answer.headers['content-encoding']).toBeUndefined()
  }
})

test('small answers, events and answers that are streamed line by line stay as they are', async () => {
  const accepting = { 'accept-encoding': 'gzip' }
  for (const [url, headers, body] of [
    ['/small', accepting, '{}'],
    ['/events', accepting, large],
    ['/large', { ...accepting, 'trpc-accept': 'application/jsonl' }, large],
  ] as const) {
    const answer = await ask(url, headers)
    expect(answer.headers['content-encoding']).toBeUndefined()
    expect(answer.body).toBe(body)
  }
})
