import { openEvent, openTenant, type World } from '../tenancy/world.contract.ts'

/** A file as its bytes arrive. */
export async function* streamOf(text: string) {
  yield new TextEncoder().encode(text)
}

/** A tenant with an event, and short words for what every test does with it. */
export async function openList(world: World) {
  const owner = await openTenant(world)
  const { id: event } = await openEvent(owner)
  const caller = await owner.call()
  const upload = (lines: readonly string[], fileName = 'list.csv') =>
    caller.invitees.upload({ event, fileName, bytes: streamOf(lines.join('\n')) })
  return {
    owner,
    caller,
    event,
    upload,
    async importLines(lines: readonly string[]) {
      const { id } = await upload(lines)
      return caller.invitees.importCommit({ id })
    },
    list: () => caller.invitees.list({ event, limit: 500 }),
    names: async () => (await caller.invitees.list({ event, limit: 500 })).map(({ name }) => name),
    revision: async () => (await caller.events.counts({ event })).manifestRevision,
  }
}
