import type { DeviceId, Digest, GateId, ListId, Reason, ScanId, Verdict } from '@eventpass/domain'

/** An intent as it was written on the device before it asked; parsed from the wire (`ClaimInput`). */
export interface Claim {
  readonly device: DeviceId
  /** The scan's id, and the key under which the same question brings the same answer (LG7). */
  readonly op: ScanId
  readonly seq: number
  readonly epoch: number
  readonly list: ListId
  readonly gate: GateId
  readonly digest: Digest
  readonly code: 'genuine' | 'unverified' | 'by_name'
  readonly answers: ScanId | null
  readonly confirmed: readonly Reason[]
  readonly answered: boolean
}

/** A verdict of decide without what is personal; `just_admitted` is the gate's own notice. */
export type ClaimVerdict = Omit<Verdict, 'kind' | 'notice'> & {
  readonly kind: Exclude<Verdict['kind'], 'just_admitted'>
}

/** Who has what was claimed: the scan, the device and gate that it was granted to, and when. */
export interface TakenBy {
  readonly scan: ScanId
  /** The device's label. */
  readonly device: string
  readonly gate: GateId
  readonly gateName: string | null
  readonly atMs: number
}

/** What an op was told, kept for good; the invitee's row is read anew for whoever asks again. */
export type ClaimAnswer = { readonly authority: number; readonly verdict: ClaimVerdict } & (
  | { readonly outcome: 'accepted'; readonly slot: number; readonly atMs: number }
  | { readonly outcome: 'taken'; readonly by: TakenBy }
  | { readonly outcome: 'refused' }
)
