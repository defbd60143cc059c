import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { measureRate } from './rate.ts'

/** What a process of clients is to do. */
export interface HttpLoad {
  readonly port: number
  /** Whole requests by client; each is sent once, and the next one when its answer is here. */
  readonly requests: readonly (readonly string[])[]
  readonly ms: number
}

/**
 * Clients in a process of their own, as cheap as they can be: requests lie ready and answers are only
 * looked at for their end, since gates are other machines.
 */
async function load({ port, requests, ms }: HttpLoad) {
  const sockets = await Promise.all(requests.map(() => open(port)))
  const next = requests.map(() => 0)
  try {
    return await measureRate(requests.length, ms, async (client) => {
      const [socket, request] = [sockets[client], requests[client]?.[next[client] ?? 0]]
      if (!socket || !request) throw new Error('There are too few requests for so many ms.')
      next[client] = (next[client] ?? 0) + 1
      await ask(socket, request)
    })
  } finally {
    for (const socket of sockets) socket.destroy()
  }
}

async function open(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true }).setEncoding('utf8')
  await once(socket, 'connect')
  return socket
}

function ask(socket: Socket, request: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let answer = ''
    const hear = (part: string) => {
      answer += part
      const head = answer.indexOf('\r\n\r\n')
      if (head < 0) return
      const length = /content-length: (\d+)/i.exec(answer)
      if (length && answer.length < head + 4 + Number(length[1])) return
      if (!length && !answer.endsWith('\r\n0\r\n\r\n')) return
      socket.off('data', hear)
      if (answer.startsWith('HTTP/1.1 200') && answer.includes('"accepted"')) resolve()
      else reject(new Error(`Central answered: ${answer}`))
    }
    socket.on('data', hear)
    socket.write(request)
  })
}

const [asked] = await once(process, 'message')
process.send?.(await load(asked as HttpLoad))
process.disconnect()
