import type { Broker } from '@eventpass/api'
import { createInProcessBroker } from './in-process-broker.ts'
import { createInProcessLiveBus } from './in-process-live-bus.ts'
import type { OpenLiveBus } from './live-bus.ts'
import { createRabbitBroker } from './rabbit-broker.ts'
import { createRedisLiveBus } from './redis-live-bus.ts'

const retryDelayMs = 1_000

interface Service {
  /** Without one the twin in this process does the work. */
  readonly url: string | undefined
  /** What queues and channels begin with. */
  readonly namespace: string
  readonly warn: (sentence: string) => void
}

/** RabbitMQ where a URL is given, else its twin in this process. */
export async function openBroker({ url, namespace, warn }: Service): Promise<Broker> {
  return url
    ? createRabbitBroker({ url, retryDelayMs, prefix: namespace, warn })
    : createInProcessBroker({ retryDelayMs })
}

/** Redis pub/sub where a URL is given, else announcements within this process. */
export async function openLiveBus({ url, namespace, warn }: Service): Promise<OpenLiveBus> {
  return url ? createRedisLiveBus({ url, prefix: `${namespace}:`, warn }) : createInProcessLiveBus()
}
