import type { GiftDetails, GiftStore } from '@eventpass/api'
import { toKnown } from './incident-writer.ts'
import type { Scope } from './scope.ts'

/** Gifts, their stock and the log of what was handed out. */
export function createModelGifts(scope: Scope): GiftStore {
  const { devices, frames, giftLogs, gifts, incidents, lock, rulings, scans, statement } = scope
  const listOf = (id: string) => frames.all().find(({ list }) => list?.id === id)?.list

  return {
    async insert(gift) {
      await statement()
      gifts.set(gift.id, { ...gift, taken: 0 })
    },

    async findByEvent(event) {
      await statement()
      return gifts
        .all()
        .filter((row) => row.event === event)
        .map(({ id, stock, taken }): GiftDetails => {
          const list = listOf(id)
          return { id, name: list?.name ?? '', categories: list?.categories ?? null, stock, taken }
        })
    },

    async setStock(event, id, stock) {
      await lock(`gifts/${id}`)
      await statement()
      const row = gifts.get(id)
      if (row?.event !== event) return false
      gifts.set(id, { ...row, stock })
      return true
    },

    async findTaker(event, gift) {
      await statement()
      const log = giftLogs.all().find((row) => row.event === event && row.gift === gift)
      return log?.invitee ?? null
    },

    async findHandOuts(event, limit) {
      await statement()
      return giftLogs
        .all()
        .filter((row) => row.event === event)
        .sort((a, b) => b.atMs - a.atMs || (a.scan < b.scan ? -1 : 1))
        .slice(0, limit)
        .map(({ event: _, voidedMs, ...row }) => ({ ...row, voided: voidedMs !== null }))
    },

    async saveHandOuts(event, handOuts) {
      if (handOuts.length === 0) return
      await statement()
      const moved = new Map<string, number>()
      for (const { voided, ...row } of handOuts.toSorted((a, b) => (a.scan < b.scan ? -1 : 1))) {
        await lock(`giftLogs/${row.scan}`)
        const log = giftLogs.get(row.scan)
        if (log && (log.voidedMs !== null) === voided) continue
        const voidedMs = voided ? Math.floor(scope.clockMs()) : null
        const kept = log ?? { ...row, event, atMs: Math.round(row.atMs) }
        giftLogs.set(row.scan, { ...kept, voidedMs })
        const by = voided ? (log ? -1 : 0) : 1
        moved.set(row.gift, (moved.get(row.gift) ?? 0) + by)
      }
      for (const [id, by] of moved) {
        if (by === 0) continue
        await lock(`gifts/${id}`)
        const gift = gifts.get(id)
        if (gift) gifts.set(id, { ...gift, taken: gift.taken + by })
      }
    },

    async findOverStock(event, of) {
      if (of.length === 0) return []
      await statement()
      return gifts
        .all()
        .filter((row) => row.event === event && of.includes(row.id))
        .flatMap(({ id: gift, stock, taken }) => {
          const isOver = stock !== null && taken > stock
          const row = incidents.get(`${event}/over_stock/${gift}`)
          if (!isOver && !row) return []
          const placed = rulings
            .all()
            .filter((one) => one.event === event && one.list === gift)
            .filter(({ ruling }) => ruling.kind !== 'voided')
            .flatMap((one) => {
              const scan = scans.all().find(({ id, hash }) => id === one.id && hash === one.hash)
              return scan ? [{ ...one, seq: scan.seq, no: devices.get(scan.device)?.no ?? 0 }] : []
            })
            .sort(
              (a, b) =>
                Number(a.quarantined) - Number(b.quarantined) ||
                a.estimateMs - b.estimateMs ||
                a.no - b.no ||
                a.seq - b.seq ||
                (a.hash < b.hash ? -1 : 1),
            )
          const beyond = isOver ? placed.slice(stock).map(({ id }) => id) : []
          return [{ gift, beyond, known: row ? toKnown(row) : null }]
        })
    },
  }
}
