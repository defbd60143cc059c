export { createInProcessBroker, type InProcessBrokerOptions } from './in-process-broker.ts'
export { createInProcessLiveBus } from './in-process-live-bus.ts'
export { createRabbitBroker, type RabbitBrokerOptions } from './rabbit-broker.ts'
