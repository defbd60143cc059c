import { shedContract } from '@eventpass/api/testing'
import { createInProcessShed } from './in-process-shed.ts'

shedContract(createInProcessShed)
