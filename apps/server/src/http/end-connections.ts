import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'

/** How long answers under way may take once the server ends. */
const answerMsMax = 20_000

/**
 * Lets the server end as soon as the answers under way are out.
 *
 * Browsers open connections ahead of their use, and streams of events have no end: Node would wait
 * for both, for the former a minute and a half, so that a stop is taken for a hang and killed.
 */
export function endConnections(server: FastifyInstance): void {
  const { server: listener } = server
  const [open, asking] = [new Set<Socket>(), new Set<Socket>()]
  const busy = new Set<Socket>()
  let ending = false
  const followUntilClosed = (sockets: Set<Socket>, socket: Socket) => {
    if (ending) socket.destroy()
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  }
  listener.on('connection', (socket: Socket) => followUntilClosed(open, socket))
  const speaks = 'setSecureContext' in listener ? 'secureConnection' : 'connection'
  listener.on(speaks, (socket: Socket) => followUntilClosed(asking, socket))
  listener.on('request', ({ socket, headers }: IncomingMessage, answer: ServerResponse) => {
    // Events have no end, and whoever follows them asks again.
    if (headers.accept !== 'text/event-stream') busy.add(socket)
    answer.once('close', () => {
      busy.delete(socket)
      if (ending) socket.destroySoon()
    })
  })
  server.addHook('preClose', async () => {
    ending = true
    for (const socket of asking) if (!busy.has(socket)) socket.destroy()
    setTimeout(() => {
      for (const socket of open) socket.destroy()
    }, answerMsMax).unref()
  })
}
