import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { measureRate } from './rate.ts'

/** Whole requests by client: each is sent once, or where they may be `repeated` again from the first on. */
export interface HttpRequests {
  readonly byClient: readonly (readonly string[])[]
  readonly repeated: boolean
}

/** What a process of clients is told first. Then it is told names of loads, and for how long: it answers rates. */
export interface HttpLoads {
  readonly port: number
  readonly clients: number
  readonly loads: Readonly<Record<string, HttpRequests>>
}

export interface HttpRound {
  readonly load: string
  readonly ms: number
}

type Send = (client: number) => Promise<void>

/**
 * Clients in a process of their own, as cheap as they can be: requests lie ready and answers are only
 * looked at for their end, since gates are other machines.
 */
async function serve({ port, clients, loads }: HttpLoads) {
  const sockets = await Promise.all(Array.from({ length: clients }, () => open(port)))
  const sends = new Map<string, Send>(
    Object.entries(loads).map(([name, requests]) => [name, sendNext(sockets, requests)]),
  )
  process.on('message', async ({ load, ms }: HttpRound) => {
    const send = sends.get(load)
    if (!send) throw new Error(`There is no load "${load}".`)
    process.send?.(await measureRate(clients, ms, send))
  })
}

function sendNext(sockets: readonly Socket[], { byClient, repeated }: HttpRequests): Send {
  const sent = byClient.map(() => 0)
  return async (client) => {
    const [own, at] = [byClient[client] ?? [], sent[client] ?? 0]
    const [socket, request] = [sockets[client], own[repeated ? at % own.length : at]]
    if (!socket || !request) throw new Error('There are too few requests for so many ms.')
    sent[client] = at + 1
    await ask(socket, request)
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

const [told] = await once(process, 'message')
await serve(told as HttpLoads)
process.send?.('ready')
