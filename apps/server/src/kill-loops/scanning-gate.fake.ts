import { setTimeout as pause } from 'node:timers/promises'
import type { TestDevice } from '@eventpass/api/testing'
import type { Digest } from '@eventpass/domain'
import { PROTOCOL_VERSION } from '@eventpass/sync'

const scansPerPush = 4
/** However soon it is told to end: there is something to be lost. */
const scansMin = 40
const retryMs = 50
/** Between two pushes of one gate. */
const paceMs = 30

/** Scans until it is told to end, pushes as it goes, and stays until central has everything. */
export async function scanUntil(
  origin: string,
  device: TestDevice,
  digests: readonly Digest[],
  { isOver, onPushed }: { readonly isOver: () => boolean; readonly onPushed: () => void },
): Promise<void> {
  const call = async (procedure: string, input: unknown, pass: string | null) => {
    const answer = await fetch(`${origin}/trpc/${procedure}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(pass !== null && { authorization: `Device ${pass}` }),
      },
      body: JSON.stringify(input),
    })
    if (!answer.ok) throw new Error(`${procedure}: ${answer.status} ${await answer.text()}`)
    return (await answer.json()).result.data
  }
  /** As a gate does: the same again until there is an answer. */
  const insist = async <T>(work: () => Promise<T>): Promise<T> => {
    for (;;) {
      try {
        return await work()
      } catch {
        await pause(retryMs)
      }
    }
  }
  const meet = () =>
    insist(async () => {
      const { nonce } = await call(
        'sync.challenge',
        { protocol: PROTOCOL_VERSION, device: device.id },
        null,
      )
      return (await call('sync.contact', await device.reply(nonce), null)).pass as string
    })

  let pass = await meet()
  let sent = 0
  const push = () =>
    insist(async () => {
      const links = device.links.slice(sent)
      const answer = await call('sync.push', await device.pack(links), pass)
      if (answer.outcome !== 'accepted') throw new Error(answer.outcome)
      sent += links.length
    })
  for (let at = 0; at < scansMin || !isOver(); at += 1) {
    await device.scan(digests[(at * 7 + device.grant.deviceNo * 3) % digests.length] ?? null)
    if (at % scansPerPush !== scansPerPush - 1) continue
    await push()
    onPushed()
    await pause(paceMs)
    if (at % 40 === 39) pass = await meet()
  }
  if (sent < device.links.length) await push()
  await meet()
}
