import { isMainThread } from 'node:worker_threads'
import { runCommand } from './command/run-command.ts'
import { runInThread } from './command/run-seeds.ts'

if (isMainThread) process.exitCode = await runCommand(process.argv.slice(2))
else await runInThread()
