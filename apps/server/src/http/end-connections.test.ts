/**
 * Goal: a server that is told to end answers what was asked, and waits for nobody who asked nothing.
 * Method: a real server and bare connections as browsers open them. Node by itself would wait for
 * longer than a test may take.
 */
import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { text } from 'node:stream/consumers'
import fastify from 'fastify'
import { expect, test } from 'vitest'
import { endConnections } from './end-connections.ts'

async function openServer() {
  let answerNow = () => {}
  const answering = new Promise<void>((resolve) => {
    answerNow = resolve
  })
  const server = fastify()
  endConnections(server)
  server.get('/quick', () => 'done')
  server.get('/slow', () => answering.then(() => 'done'))
  server.get('/events', (_, reply) => {
    reply.hijack()
    reply.raw.writeHead(200, { 'content-type': 'text/event-stream' }).write(': hello\n\n')
  })
  await server.listen({ host: '127.0.0.1', port: 0 })
  const { port } = server.server.address() as AddressInfo
  const open = async (path?: string, accept = '*/*') => {
    const accepted = once(server.server, 'connection')
    const socket = connect(port, '127.0.0.1')
    await accepted
    if (path) {
      const asked = once(server.server, 'request')
      socket.write(`GET ${path} HTTP/1.1\r\nhost: gate\r\naccept: ${accept}\r\n\r\n`)
      await asked
    }
    return socket
  }
  return { server, open, answerNow }
}

test('a connection that asked nothing, one that was answered and one of events do not keep a server up', async () => {
  const { server, open } = await openServer()
  const sockets = [await open(), await open('/quick'), await open('/events', 'text/event-stream')]
  const closed = sockets.map((socket) => once(socket.resume(), 'close'))
  await server.close()
  await Promise.all(closed)
})

test('an answer under way is sent to its end, and its connection ends with it', async () => {
  const { server, open, answerNow } = await openServer()
  const socket = await open('/slow')
  const ended = server.close()
  answerNow()
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*done$/)
  await ended
})
