export { createInProcessShed } from './in-process-shed.ts'
export type { OpenLiveBus } from './live-bus.ts'
export { openBroker, openLiveBus } from './open-broker.ts'
export { createRedisShed, type RedisShed, type RedisShedOptions } from './redis-shed.ts'
