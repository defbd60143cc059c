import { randomBytes } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { createServer, connect as dial, type Server, type Socket } from 'node:net'
import { type Channel, connect } from 'amqplib'

/** A name for the queues of one test, so that tests in one vhost do not meet. */
export const testPrefix = () => `test-${randomBytes(6).toString('hex')}`

/** Works on RabbitMQ beside the broker under test. */
export async function onChannel<T>(
  url: string,
  work: (channel: Channel) => Promise<T>,
): Promise<T> {
  const connection = await connect(url)
  try {
    const channel = await connection.createChannel()
    channel.on('error', () => {})
    return await work(channel)
  } finally {
    await connection.close().catch(() => {})
  }
}

/** A line to RabbitMQ that a test may hold or cut. */
export interface CutLine {
  readonly url: string
  /** Nothing goes through any more, in either direction, and nobody is told. */
  readonly hold: () => void
  /** Ends every connection; new ones go through. */
  readonly cut: () => void
  readonly close: () => Promise<void>
}

export async function openCutLine(amqpUrl: string): Promise<CutLine> {
  const target = new URL(amqpUrl)
  const sockets = new Set<Socket>()
  const server: Server = createServer((near) => {
    const far = dial(Number(target.port || 5672), target.hostname)
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from)
      from.pipe(to)
      from.on('error', () => {})
      from.on('close', () => {
        sockets.delete(from)
        to.destroy()
      })
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = new URL(amqpUrl)
  url.hostname = '127.0.0.1'
  url.port = String((server.address() as AddressInfo).port)
  return {
    url: url.href,
    hold: () => {
      for (const socket of sockets) socket.unpipe()
      for (const socket of sockets) socket.pause()
    },
    cut: () => {
      for (const socket of sockets) socket.destroy()
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy()
        server.close(() => resolve())
      }),
  }
}
