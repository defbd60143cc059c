import { setTimeout as sleepFor } from 'node:timers/promises'
import { shedContract } from '@eventpass/api/testing'
import { createModelShed } from './model-shed.ts'

// The contract knows the machine's time alone; a turn that nobody waits for holds up no run.
const time = { sleep: (ms: number) => sleepFor(ms, undefined, { ref: false }) }

shedContract((waitMsMax) => createModelShed(time, waitMsMax))
