import type { InviteeNo, ListId } from '@eventpass/domain'
import type { Device } from './device.ts'
import { countInside, findUsesBySource } from './known-uses.ts'
import { createSerial } from './serial.ts'

const inviteesPerPageMax = 500

/** People inside by all that this gate knows (EN5): doubles and forced count, voided do not. */
export interface PeopleInside {
  /** Null while it is being counted anew. */
  readonly count: () => number | null
  /** Counts anew, page by page, so that no scan waits: after a start, a new manifest or a new list. */
  readonly recount: () => Promise<void>
  /** Counts these invitees anew, and the codes whose invitee is unknown. */
  readonly touch: (invitees: readonly InviteeNo[]) => Promise<void>
}

/**
 * The manifest's sum, corrected for every invitee that the ledger has a use of.
 *
 * So a scan costs the recount of one invitee, and the summary of a million is
 * summed by its store once.
 */
export function createPeopleInside(device: Device): PeopleInside {
  // One invitee at a time, so that an older count never lands on top of a newer one.
  const serial = createSerial()
  const corrections = new Map<InviteeNo, number>()
  let life = 0
  let base: number | null = null
  let unlisted = 0

  const correct = (invitee: InviteeNo, list: ListId, own: number) =>
    serial.run(async () => {
      const { summary, known } = await findUsesBySource(device, invitee)
      const correction = countInside(known, list) - countInside(summary, list)
      if (own === life) corrections.set(invitee, correction)
    })

  const countUnlisted = async (list: ListId) => {
    if (device.hasUnlisted) unlisted = countInside(await device.ledger.findUnlistedUses(null), list)
  }

  return {
    count: () =>
      base === null
        ? null
        : [...corrections.values()].reduce((sum, one) => sum + one, base + unlisted),
    async recount() {
      life += 1
      const own = life
      base = null
      corrections.clear()
      const { list } = device.facts
      const sum = device.manifest ? await device.manifest.store.countInside(list) : 0
      let page: readonly InviteeNo[] = []
      do {
        page = await device.ledger.findInvitees(page.at(-1) ?? 0, inviteesPerPageMax)
        for (const invitee of page) {
          device.used.invitees.add(invitee)
          if (own !== life) return
          await correct(invitee, list, own)
        }
      } while (page.length === inviteesPerPageMax)
      device.used.all = true
      await countUnlisted(list)
      if (own === life) base = sum
    },
    async touch(invitees) {
      const { list } = device.facts
      for (const invitee of new Set(invitees)) await correct(invitee, list, life)
      await countUnlisted(list)
    },
  }
}
