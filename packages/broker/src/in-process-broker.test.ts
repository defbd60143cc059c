import { expect, test } from 'vitest'
import { brokerContract } from './broker.contract.ts'
import { createInProcessBroker } from './in-process-broker.ts'

brokerContract(async () => createInProcessBroker({ retryDelayMs: 5 }))

test('[BR6] a queue that is full refuses, and takes again once there is room', async () => {
  const broker = createInProcessBroker({ retryDelayMs: 5, lengthMax: 2 })
  const publish = (id: string) => broker.publish('orders', { id, body: '{}' })
  await publish('a')
  await publish('b')
  await expect(publish('c')).rejects.toThrow('the outbox keeps the rest')
  const handle = async () => 'done' as const
  await broker.consume('orders', { handle, onParked: async () => {} })
  await expect.poll(() => broker.countReady('orders')).toBe(0)
  await publish('c')
  await broker.close()
})
