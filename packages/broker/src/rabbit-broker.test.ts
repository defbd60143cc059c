import { connect } from 'amqplib'
import { afterEach } from 'vitest'
import { brokerContract } from './broker.contract.ts'
import { createRabbitBroker } from './rabbit-broker.ts'
import { exchange, parkedName, queueName, retryName, topics } from './rabbit-topology.ts'

const url = process.env.TEST_AMQP_URL ?? 'amqp://guest:guest@127.0.0.1:5672'

brokerContract(() => createRabbitBroker({ url, retryDelayMs: 20, warn: () => undefined }))

// The next test starts with no queue at all, which also proves that topology is declared by itself.
afterEach(async () => {
  const connection = await connect(url)
  const channel = await connection.createChannel()
  for (const topic of topics) {
    const names = [
      queueName(topic),
      parkedName(topic),
      ...[1, 2, 3, 4].map((n) => retryName(topic, n)),
    ]
    for (const name of names) await channel.deleteQueue(name)
  }
  await channel.deleteExchange(exchange)
  await connection.close()
})
