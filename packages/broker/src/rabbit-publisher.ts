import type { Message } from '@eventpass/api'
import type { ConfirmChannel, Message as Returned } from 'amqplib'

/** Names one publication, so that a returned (unroutable) one finds its caller. */
const publicationHeader = 'x-publication'

interface Publication {
  /** '' is the default exchange, where the key is a queue's name. */
  readonly exchange: string
  readonly key: string
  readonly message: Message
  readonly headers: Readonly<Record<string, unknown>>
}

/** Publications on one channel, each settled once: confirmed, refused, returned, or lost. */
export interface Publisher {
  readonly publish: (publication: Publication) => Promise<void>
}

/**
 * Confirmed publishing. A channel that closes fails what is unconfirmed (amqplib does), and a broker
 * that stays silent fails it after `silentMsMax`: it may have the message nevertheless, so whoever
 * publishes again repeats it, and consumers dedupe.
 */
export function createPublisher(channel: ConfirmChannel, silentMsMax: number): Publisher {
  const unconfirmed = new Map<string, (error: Error | null) => void>()
  let publications = 0

  channel.on('return', (returned: Returned) => {
    // The confirmation follows the return, and finds the publication settled.
    const publication = String(returned.properties.headers?.[publicationHeader])
    unconfirmed.get(publication)?.(
      new Error(`RabbitMQ has no queue for ${publication}; it is declared again.`),
    )
  })

  return {
    publish: ({ exchange, key, message, headers }) =>
      new Promise((resolve, reject) => {
        publications += 1
        const publication = `${key} ${message.id} ${publications}`
        const settle = (error: Error | null) => {
          clearTimeout(timer)
          if (!unconfirmed.delete(publication)) return
          if (error) reject(error)
          else resolve()
        }
        const timer = setTimeout(
          () => settle(new Error(`RabbitMQ did not confirm ${publication} in ${silentMsMax} ms.`)),
          silentMsMax,
        )
        unconfirmed.set(publication, settle)
        const properties = {
          messageId: message.id,
          persistent: true,
          mandatory: true,
          contentType: 'application/json',
          headers: { ...headers, [publicationHeader]: publication },
        }
        try {
          channel.publish(exchange, key, Buffer.from(message.body), properties, (error) =>
            settle(
              error ? new Error(`RabbitMQ did not take ${publication}: ${error.message}`) : null,
            ),
          )
        } catch (error) {
          settle(error instanceof Error ? error : new Error(String(error)))
        }
      }),
  }
}
