import { type ChannelModel, type ConfirmChannel, connect } from 'amqplib'

/** What works over one channel, for as long as that lives. */
export interface RabbitConnection {
  /** Opens a channel for one question, whose failure harms no other. Throws while RabbitMQ is away. */
  readonly ask: <T>(
    question: (channel: Awaited<ReturnType<ChannelModel['createChannel']>>) => Promise<T>,
  ) => Promise<T>
  readonly close: () => Promise<void>
}

export interface RabbitConnectionOptions {
  readonly url: string
  readonly warn: (sentence: string) => void
  /** A fresh channel: declare and subscribe. A throw ends the connection, and it is tried again. */
  readonly onOpen: (channel: ConfirmChannel) => Promise<void>
  /** That channel is gone for good. */
  readonly onLost: (channel: ConfirmChannel) => void
  /** RabbitMQ takes no messages for now (memory or disk), or takes them again. */
  readonly onBlocked: (blocked: boolean) => void
}

/**
 * One connection with one channel at a time. Whichever of the two dies, both are opened anew, after a
 * growing pause: a connection whose channel is closed would otherwise look well and carry nothing.
 *
 * A RabbitMQ that is not there yet is told and tried again, for ever: what is to be carried lies in
 * the outbox meanwhile.
 */
export async function connectRabbit(options: RabbitConnectionOptions): Promise<RabbitConnection> {
  const { warn } = options
  let closing = false

  const setup = async (model: ChannelModel) => {
    // Amqplib listens only once the setup is through.
    model.on('error', () => undefined)
    // Ending what has ended already throws.
    const end = () =>
      Promise.resolve()
        .then(() => model.close())
        .catch(() => undefined)
    const channel = await model.createConfirmChannel()
    channel.on('error', (error: Error) => warn(`RabbitMQ closed a channel: ${error.message}`))
    channel.on('close', () => {
      options.onLost(channel)
      if (!closing) end()
    })
    await options.onOpen(channel)
  }

  const connection = await connect(options.url, {
    recovery: { initialDelay: 200, maxDelay: 5_000, waitForConnect: false, setup },
  })
  connection.on('disconnect', (error: Error | undefined) => {
    options.onBlocked(false)
    if (!closing) warn(`RabbitMQ is away, trying again: ${error?.message ?? 'closed'}`)
  })
  connection.on('connect-failed', (error: Error) => {
    if (!closing) warn(`RabbitMQ cannot be used yet: ${error.message}`)
  })
  connection.on('error', () => undefined)
  connection.on('blocked', (reason: string) => {
    options.onBlocked(true)
    warn(`RabbitMQ takes no messages for now: ${reason}`)
  })
  connection.on('unblocked', () => options.onBlocked(false))

  return {
    async ask(question) {
      const channel = await connection.createChannel()
      // A queue that is not there closes the channel that asked; the answer says so.
      channel.on('error', () => undefined)
      try {
        return await question(channel)
      } finally {
        await channel.close().catch(() => undefined)
      }
    },
    async close() {
      closing = true
      await connection.close()
    },
  }
}
