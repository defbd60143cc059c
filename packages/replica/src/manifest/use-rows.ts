import type { HeardScan } from '@eventpass/sync'
import { uuidToHex } from '../columns.ts'
import { acts } from '../ledger/schema.ts'
import { rulingToValues } from '../ruling.ts'

/** Column values of summary rows in the order of `insertUsesSql`; ids as hex. */
export function usesToJson(scans: readonly HeardScan[]): string {
  return JSON.stringify(
    scans.map(({ id, invitee, list, gate, act, forced, target, atMs, ruling }) => [
      invitee,
      uuidToHex(id),
      uuidToHex(list),
      uuidToHex(gate),
      acts.indexOf(act),
      forced ? 1 : 0,
      target === null ? null : uuidToHex(target),
      atMs,
      ...rulingToValues(ruling),
    ]),
  )
}

/** Inserts the rows of `usesToJson`, given as the only argument. */
export const insertUsesSql = `INSERT INTO use
  SELECT value->>0, unhex(value->>1), unhex(value->>2), unhex(value->>3), value->>4, value->>5,
    unhex(value->>6), value->>7, value->>8, unhex(value->>9)
  FROM json_each(?)`
