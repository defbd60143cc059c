import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { linkHasherOf } from '@eventpass/sync/testing'
import { expect, test } from 'vitest'
import { withFolder } from '../testing.ts'
import { openNativeStores } from './open-native-stores.ts'

const kills = 3
const scansBeforeKill = 25
const writer = fileURLToPath(new URL('../../e2e/native-writer.ts', import.meta.url))

/** Starts a process that commits scan after scan, and kills it after some that it reported. */
async function writeUntilKilled(folder: string): Promise<number> {
  const child = spawn(process.execPath, ['--import', 'tsx', writer, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let acknowledged = 0
  let seen = 0
  for await (const line of createInterface({ input: child.stdout })) {
    acknowledged = Number(line)
    seen += 1
    if (seen === scansBeforeKill) child.kill('SIGKILL')
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  return acknowledged
}

test('[RP10] a killed process has lost no scan that it reported as committed', async () => {
  await withFolder(async (folder) => {
    for (let kill = 0; kill < kills; kill += 1) {
      const acknowledged = await writeUntilKilled(folder)
      const { ledgers } = await openNativeStores(folder, linkHasherOf)
      const ledger = await ledgers.open('ledger-1')
      const head = await ledger.head()
      expect(head.seq).toBeGreaterThanOrEqual(acknowledged)
      const pending = await ledger.findPending(head.seq)
      expect(pending.map(({ body }) => body.seq)).toEqual(
        Array.from({ length: head.seq }, (_, at) => at + 1),
      )
      await ledger.close()
    }
  })
})
