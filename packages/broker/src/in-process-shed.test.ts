import { createInProcessShed } from './in-process-shed.ts'
import { shedContract } from './shed.contract.ts'

shedContract(createInProcessShed)
