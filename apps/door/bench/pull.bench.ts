import { once } from 'node:events'
import { request } from 'node:http'
import { atMost, type Figure } from '@eventpass/tooling/bench'
import { openCentral } from '../e2e/central.ts'
import { openNodeGate } from '../e2e/node-gate.ts'
import { openOrganiser } from '../e2e/organiser.ts'
import { guestName } from './guest-names.ts'

const guests = 2_000
const changedRows = 100
const bytesMax = 8_192
/** What Chromium sends to a plain origin; over TLS it names brotli too, which is smaller yet. */
const acceptEncoding = 'gzip, deflate'

/** How many bytes a gate receives for 100 changed rows: headers and body, as they come off the socket. */
export async function benchPull(print: (figure: Figure) => void): Promise<void> {
  const central = await openCentral(null)
  try {
    await central.start()
    const organiser = await openOrganiser(central.origin, guests, guestName)
    let last: { readonly pass: string; readonly input: unknown } | null = null
    const gate = await openNodeGate(central.origin, organiser, (upstream) => ({
      ...upstream,
      pull: (pass, input, signal) => {
        last = { pass, input }
        return upstream.pull(pass, input, signal)
      },
    }))
    try {
      // From here on the gate's last pull is the question; asked again after the changes, by hand.
      await gate.sync()
      if (last === null) throw new Error('The gate pulled nothing.')
      const { event } = organiser
      const changed = Array.from({ length: changedRows }, (_, at) => 1 + at * 19)
      for (const no of changed) {
        await organiser.call.tickets.setState.mutate({ event, no, state: 'cancelled' })
      }
      const { bytes, tickets } = await pullByHand(central.origin, last)
      if (tickets !== changedRows) throw new Error(`${tickets} rows came, not ${changedRows}.`)
      print(atMost(`pull of ${changedRows} changed rows, on the wire`, bytes, 'B', bytesMax))
    } finally {
      await gate.remove()
    }
  } finally {
    await central.remove()
  }
}

async function pullByHand(
  origin: string,
  { pass, input }: { readonly pass: string; readonly input: unknown },
): Promise<{ readonly bytes: number; readonly tickets: number }> {
  const wire = await countBytes(origin, pass, input, acceptEncoding)
  const plain = await countBytes(origin, pass, input, 'identity')
  const { result } = JSON.parse(plain.body.toString())
  return { bytes: wire.bytes, tickets: JSON.parse(result.data.manifest.bytes).tickets.length }
}

async function countBytes(origin: string, pass: string, input: unknown, encoding: string) {
  const call = request(`${origin}/trpc/sync.pull`, {
    method: 'POST',
    agent: false,
    headers: {
      'content-type': 'application/json',
      authorization: `Device ${pass}`,
      'accept-encoding': encoding,
    },
  })
  call.end(JSON.stringify(input))
  const [answer] = await once(call, 'response')
  const chunks: Buffer[] = []
  for await (const chunk of answer) chunks.push(chunk)
  if (answer.statusCode !== 200) throw new Error(`The pull was answered by ${answer.statusCode}.`)
  return { bytes: answer.socket.bytesRead, body: Buffer.concat(chunks) }
}
