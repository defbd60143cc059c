import { brokerContract } from './broker.contract.ts'
import { createInProcessBroker } from './in-process-broker.ts'

brokerContract(async () => createInProcessBroker({ retryDelayMs: 5 }))
