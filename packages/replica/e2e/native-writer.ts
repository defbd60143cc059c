import { linkHasherOf, ownScanOf } from '@eventpass/sync/testing'
import { openNativeStores } from '../src/native/index.ts'

/** Commits scan after scan to a ledger and prints each number once it is durable, until it is killed. */
const { ledgers } = await openNativeStores(String(process.argv[2]), linkHasherOf)
const ledger = await ledgers.open('ledger-1')
for (let { seq } = await ledger.head(); ; seq += 1) {
  await ledger.commitScan(ownScanOf(seq + 1, 7))
  process.stdout.write(`${seq + 1}\n`)
}
