import { createHash } from 'node:crypto'
import type { World } from './world.ts'

/** A hash of all that central, its nodes and the tablets hold, and of what was shown. */
export function hashWorld({ central, tablets, truth, time }: World): string {
  const sum = createHash('sha256')
  const add = (value: unknown) => sum.update(JSON.stringify(value, inFull))
  add(time.nowMs())
  add(central.backUp())
  for (const { disk } of central.nodes) add(disk)
  for (const { name, disk } of tablets) add([name, disk.ledgers, disk.manifests.manifests])
  add(truth.shown)
  return sum.digest('hex')
}

function inFull(_: string, value: unknown): unknown {
  if (value instanceof Map) return [...value]
  if (value instanceof Set) return [...value]
  return value
}
