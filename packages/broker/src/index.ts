export { createInProcessBroker, type InProcessBrokerOptions } from './in-process-broker.ts'
export { createRabbitBroker, type RabbitBrokerOptions } from './rabbit-broker.ts'
