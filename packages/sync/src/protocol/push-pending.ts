import { fail, ok, type Result } from '@eventpass/domain'
import type { Device } from '../gate/device.ts'
import type { GateDeps } from '../gate/gate-deps.ts'
import type { NodePass } from '../gate/node-pass.ts'
import type { OwnScan } from '../gate/stores.ts'
import { signPushHead } from '../sign/signature.ts'
import { PushOutput, scansPerPushMax } from '../wire/push.ts'
import { PROTOCOL_VERSION } from '../wire/version.ts'
import { callUpstream, type SyncFailure } from './call-upstream.ts'
import { pushBytesMax, pushesPerPassMax, pushMsMax } from './limits.ts'
import { meetReceipt } from './meet-receipt.ts'

/** How a pass left the queue. */
export interface Pushed {
  /** Scans that central stored but counts last, by their reason. */
  readonly quarantined: readonly string[]
  /** Why central took a batch without a receipt, or null (SY3). */
  readonly refused: 'signature' | 'chain' | 'device' | null
}

/**
 * Pushes what is pending, batch by batch in chain order, until nothing is.
 *
 * Only receipts take scans off (SY2), so a lost answer costs one repeat, which
 * changes nothing (LG7). A batch that brings no progress ends the pass.
 */
export async function pushPending(
  deps: GateDeps,
  device: Device,
  pass: NodePass,
  stop: AbortSignal,
  onProgress: () => void,
): Promise<Result<Pushed, SyncFailure>> {
  const quarantined: string[] = []
  for (let batches = 0; batches < pushesPerPassMax; batches += 1) {
    const batch = withinBytes(await device.ledger.findPending(scansPerPushMax))
    const [first] = batch
    if (!first) break
    const output = await pushBatch(deps, device, pass, stop, batch)
    if (!output.ok) return output
    if (output.value.outcome === 'quarantined') {
      await healChain(device, pass, first, output.value.reason)
      return ok({ quarantined, refused: output.value.reason })
    }
    // Written down but not received: only a receipt takes anything off (SY2, CL4).
    if (output.value.outcome === 'provisional') return fail({ kind: 'busy', retryMs: null })
    const met = await meetReceipt(deps.subtle, device, output.value.receipt)
    if (!met.ok) return met
    for (const answer of output.value.answers) {
      if (answer.outcome === 'quarantined') quarantined.push(answer.reason ?? 'invalid')
    }
    onProgress()
    const [next] = await device.ledger.findPending(1)
    if (next && next.body.seq <= first.body.seq) break
  }
  return ok({ quarantined, refused: null })
}

async function pushBatch(
  deps: GateDeps,
  device: Device,
  { upstream, pass }: NodePass,
  stop: AbortSignal,
  batch: readonly OwnScan[],
): Promise<Result<PushOutput, SyncFailure>> {
  const [first, last] = [batch[0], batch.at(-1)]
  if (!first || !last || device.ring === null) return fail({ kind: 'stopped' })
  const head = { device: device.grant.device, headSeq: last.body.seq, headHash: last.hash }
  const input = {
    protocol: PROTOCOL_VERSION,
    device: head.device,
    prev: first.prev,
    scans: batch.map(({ bytes, hash, texts }) => ({ bytes, hash, texts })),
    headSeq: head.headSeq,
    signature: await signPushHead(deps.subtle, device.ring.sign.privateKey, head),
  }
  return callUpstream(deps, stop, pushMsMax, PushOutput, (signal) =>
    upstream.push(pass, input, signal),
  )
}

/** Central lacks links that this ledger took for received: they are pending again, once it says where it stands. */
async function healChain(
  device: Device,
  { receipt }: NodePass,
  first: OwnScan,
  reason: string,
): Promise<void> {
  if (reason === 'chain' && receipt.throughSeq < first.body.seq - 1) {
    await device.ledger.pendAgain(receipt.throughSeq)
  }
}

/** At least one scan, and no more than a body may hold. */
function withinBytes(scans: readonly OwnScan[]): readonly OwnScan[] {
  let bytes = 0
  const fitting = scans.findIndex((scan) => {
    bytes += JSON.stringify([scan.bytes, scan.texts]).length
    return bytes > pushBytesMax
  })
  return fitting < 0 ? scans : scans.slice(0, Math.max(1, fitting))
}
