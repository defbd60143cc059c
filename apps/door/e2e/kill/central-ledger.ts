import type { ScanHash } from '@eventpass/domain'
import { hashLink, zeroHash } from '@eventpass/sync'
import { expect } from '@playwright/test'

/** Reads central's database past central. Values as the driver gives them: cast in the query. */
export type Ask = (query: string) => Promise<readonly Readonly<Record<string, unknown>>[]>

/** A scan as it lies in central's database. */
export interface StoredScan {
  readonly device: string
  readonly seq: number
  readonly hash: ScanHash
  readonly prev: ScanHash
  readonly bytes: string
  readonly id: string
  readonly digest: string | null
  readonly verdict: string
  readonly list: string
  readonly invitee: number | null
  readonly quarantine: string | null
}

/** Every scan, by device and number. */
export async function readScans(ask: Ask): Promise<readonly StoredScan[]> {
  return (await ask(
    `select device::text as device, seq, encode(hash, 'hex') as hash, encode(prev, 'hex') as prev,
       bytes, id::text as id, encode(digest, 'hex') as digest, verdict, list::text as list,
       invitee_no as invitee, quarantine
     from scans order by device, seq`,
  )) as unknown as readonly StoredScan[]
}

/**
 * Expects what must hold however often anything was killed: every chain without a gap, a double or
 * a fork, nothing quarantined, every admit ruled, and one incident a contested right and no other.
 */
export async function expectWholeLedger(ask: Ask): Promise<readonly StoredScan[]> {
  const scans = await readScans(ask)
  expect(new Set(scans.map(({ id }) => id)).size, 'each scan once').toBe(scans.length)
  expect(scans.filter(({ quarantine }) => quarantine !== null)).toEqual([])
  expect(await ask('select reason from quarantined_pushes')).toEqual([])
  expect(await ask('select id from devices where fork_seq is not null')).toEqual([])
  await expectChains(scans)
  expect(await countOf(ask, 'rulings')).toBe(admitsOf(scans).length)
  const incidents = await ask(
    'select kind, list::text as list, invitee_no as invitee from incidents',
  )
  expect(incidents.filter(({ kind }) => kind !== 'double_admission')).toEqual([])
  expect(incidents.map(keyOf).sort()).toEqual(contested(scans).sort())
  return scans
}

async function expectChains(scans: readonly StoredScan[]): Promise<void> {
  let last: StoredScan | null = null
  for (const scan of scans) {
    const before: StoredScan | null = last?.device === scan.device ? last : null
    const place = `${scan.device} ${scan.seq}`
    expect(scan.seq, place).toBe((before?.seq ?? 0) + 1)
    expect(scan.prev, place).toBe(before?.hash ?? zeroHash)
    expect(await hashLink(crypto.subtle, scan.prev, scan.bytes), place).toBe(scan.hash)
    last = scan
  }
}

/** The admits that reconcile rules over. */
function admitsOf(scans: readonly StoredScan[]): readonly StoredScan[] {
  return scans.filter(({ verdict, invitee }) => verdict === 'admit' && invitee !== null)
}

/** Rights that were admitted on twice or more. */
function contested(scans: readonly StoredScan[]): string[] {
  const admits = new Map<string, number>()
  for (const scan of admitsOf(scans)) admits.set(keyOf(scan), (admits.get(keyOf(scan)) ?? 0) + 1)
  return [...admits].filter(([, count]) => count > 1).map(([key]) => key)
}

function keyOf({ list, invitee }: Readonly<Record<string, unknown>> | StoredScan): string {
  return `${list}/${invitee}`
}

async function countOf(ask: Ask, table: string): Promise<number> {
  const [row] = await ask(`select count(*)::int as count from ${table}`)
  return Number(row?.count)
}
