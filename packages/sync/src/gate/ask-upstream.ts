import type {
  Answering,
  ClockReading,
  ManifestTicket,
  ScanId,
  TokenFacts,
  Verdict,
} from '@eventpass/domain'
import { callUpstream } from '../protocol/call-upstream.ts'
import { claimMsMax } from '../protocol/limits.ts'
import { ClaimOutput } from '../wire/claim.ts'
import { rowToTicket } from '../wire/ticket-row.ts'
import { PROTOCOL_VERSION } from '../wire/version.ts'
import { type Device, saveFacts, standingOf } from './device.ts'
import type { ScanAttempt } from './gate.ts'
import type { GateDeps } from './gate-deps.ts'
import { createScanId } from './scan-id.ts'
import type { StoredUse } from './stores.ts'

/** One attempt as far as the gate decided it by itself. */
export interface AskedAttempt {
  readonly attempt: ScanAttempt
  readonly token: TokenFacts
  readonly verdict: Verdict
  readonly uses: readonly StoredUse[]
  readonly answering: Answering | null
}

/** What was written down before asking, and what the upstream decided; null where it did not in time. */
export interface AskedUpstream {
  /** The id that the scan must have: a claim that was granted unheard is settled by it (CL6). */
  readonly op: ScanId
  readonly decided: { readonly verdict: Verdict; readonly ticket: ManifestTicket | null } | null
}

/**
 * Claims an admission from the upstream, where there is one that answers quickly (system.md, *Claims*).
 *
 * The intent is durable before it asks. Anything but an answer within the budget makes the gate decide
 * alone, and not ask again until the next contact: a line that fails costs one budget, and one that is
 * back is used by itself. Null where nothing was asked. Only inside the device's serial section.
 */
export async function askUpstream(
  deps: GateDeps,
  device: Device,
  { epoch }: ClockReading,
  asked: AskedAttempt,
): Promise<AskedUpstream | null> {
  const pass = device.claimPass
  const { digest } = asked.token
  if (!pass?.upstream.claim || !digest || !isForUpstream(device, asked)) return null
  if (deps.clock.monoMs() >= pass.endsAtMonoMs) return null

  const op = createScanId(deps)
  const { seq } = await device.ledger.head()
  const { list, gate } = device.facts
  const intent = { op, seq: seq + 1, epoch, list, digest }
  try {
    await saveFacts(device, { intent })
  } catch (fault) {
    // Nothing was asked yet, so nothing is lost; whether the scan itself can be kept shows when it is committed.
    deps.report(fault)
    return null
  }
  const { attempt, answering, token } = asked
  const input = {
    ...{ protocol: PROTOCOL_VERSION, device: device.grant.device, ...intent, gate },
    code: token.kind === 'genuine' ? ('genuine' as const) : ('unverified' as const),
    answers: answering?.scan ?? null,
    confirmed: [...(answering?.confirmed ?? [])],
    answered: (attempt.answer ?? '').trim() !== '',
  }
  const { claim } = pass.upstream
  const output = await callUpstream(
    deps,
    new AbortController().signal,
    claimMsMax,
    ClaimOutput,
    (signal) => claim(pass.pass, input, signal),
  )
  const decided = output.ok ? decidedBy(output.value) : null
  if (!decided) device.claimPass = null
  return { op, decided }
}

/**
 * What the upstream cannot know better stays the gate's: exits, force, rows picked by name, codes that
 * their own facts refuse, and invitees of whom this tablet holds scans that central has not ruled on.
 */
function isForUpstream(device: Device, { attempt, token, verdict, uses }: AskedAttempt): boolean {
  return (
    standingOf(device) === 'active' &&
    attempt.act === 'entry' &&
    attempt.force === null &&
    (token.kind === 'genuine' || token.kind === 'unverified') &&
    verdict.kind !== 'just_admitted' &&
    !uses.some(({ own, ruling }) => own && ruling === null)
  )
}

/** A hub that holds the authority, or a node that only journals, decides nothing here: the gate does. */
function decidedBy(output: ClaimOutput): AskedUpstream['decided'] {
  if (output.outcome === 'ask_hub' || output.outcome === 'provisional') return null
  return { verdict: output.verdict, ticket: output.ticket && rowToTicket(output.ticket) }
}
