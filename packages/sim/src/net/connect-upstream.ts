import { fail, ok } from '@eventpass/domain'
import type { Upstream, UpstreamAnswer } from '@eventpass/sync'
import type { Process } from '../gate/process.ts'
import { type Line, portalPage } from './line.ts'
import type { Request } from './request.ts'

const chunkBytes = 1_500

/** The network as one process of a tablet meets it: what comes back to a dead one is lost, a sleeping one hears it later. */
export function connectUpstream(line: Line, process: Process, kind: Upstream['kind']): Upstream {
  const send = async (
    name: string,
    pass: string | null,
    input: unknown,
    call: Request['call'],
  ): Promise<UpstreamAnswer> => {
    await process.goOn()
    const answer = await line.send({ name, pass, input, call })
    await process.goOn()
    return answer
  }
  return {
    kind,
    pairStart: (input) => send('pairStart', null, input, (to) => to.pairing.start(wired(input))),
    pairStatus: (input) => send('pairStatus', null, input, (to) => to.pairing.status(wired(input))),
    challenge: (input) => send('challenge', null, input, (to) => to.sync.challenge(wired(input))),
    contact: (input) => send('contact', null, input, (to) => to.sync.contact(wired(input))),
    push: (pass, input) => send('push', pass, input, (to) => to.sync.push(wired(input))),
    // The hub of the model grants no claims.
    ...(kind === 'central' && {
      claim: (pass, input) => send('claim', pass, input, (to) => to.scan.claim(wired(input))),
    }),
    pull: (pass, input) => send('pull', pass, input, (to) => to.sync.pull(wired(input))),
    snapshot: (pass, input) =>
      send('snapshot', pass, input, (to) => to.sync.snapshot(wired(input))),
    async fetchRange(pass, path, from) {
      const told = await send(
        'fetchRange',
        pass,
        { path },
        async () => line.fileAt(path) !== undefined,
      )
      if (!told.ok) return told
      const file = line.fileAt(path)
      if (told.value === portalPage) return fail({ kind: 'unreadable' })
      if (!file) return fail({ kind: 'refused', code: 'gone', message: 'It is gone.' })
      const start = line.ignoresRange() ? 0 : from
      return ok({ from: start, chunks: pieces(line, process, file.subarray(start)) })
    },
  }
}

/** As JSON carries it. */
function wired<T>(input: T): T {
  return JSON.parse(JSON.stringify(input))
}

async function* pieces(
  line: Line,
  process: Process,
  bytes: Uint8Array,
): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    const holds = await line.carryPiece()
    await process.goOn()
    if (!holds) throw new Error('The line broke.')
    yield bytes.subarray(at, at + chunkBytes)
  }
}
