import { benchReplica } from './replica.bench.ts'

/** Prints one JSON line a figure and exits with 1 where a bar is missed. */
await benchReplica((figure) => {
  process.stdout.write(`${JSON.stringify(figure)}\n`)
  if (!figure.ok) process.exitCode = 1
})
