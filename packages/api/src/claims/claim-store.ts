import type {
  CheckInList,
  DeviceId,
  DeviceRole,
  EventId,
  GateId,
  InviteeNo,
  KnownUse,
  ListId,
  ManifestFrame,
  ManifestTicket,
  ScanAct,
  ScanId,
  TenantId,
  TicketId,
  VerdictKind,
} from '@eventpass/domain'
import type { DirtyKey } from '../reconcile/reconcile-store.ts'
import type { Claim, ClaimAnswer } from './claim.ts'

/** All that central knows about one claim, as one statement saw it. */
export interface ClaimFacts {
  /** What this op was told before, and what it asked (SHA-256 of it, hex); null for a new one. */
  readonly earlier: { readonly askedHash: string; readonly answer: ClaimAnswer } | null
  readonly device: {
    readonly state: 'active' | 'revoked' | 'retired' | 'pair_anew'
    readonly role: DeviceRole
    readonly label: string
  }
  readonly event: EventId
  /** Who grants claims now (system.md, *Claims*): central where `hub` is null. */
  readonly authority: { readonly no: number; readonly hub: DeviceId | null }
  /** True where the device claimed in an earlier life what it never came to: a fence is due. */
  readonly fenceDue: boolean
  /** What is known already of the scan that this claim is for, where the claim comes late. */
  readonly late: Late | null
  /** The database's own clock, ms since 1970: several nodes are one clock. */
  readonly nowMs: number
  readonly revision: number
  /** With the one list that the claim names, or none where the event has no such list. */
  readonly frame: ManifestFrame
  /** The row that the digest names, with what its token says. */
  readonly ticket: (ManifestTicket & { readonly ticketId: TicketId; readonly kid: number }) | null
  /** Granted scans of the invitee on that list, as far as they were pushed. */
  readonly uses: readonly (KnownUse & { readonly device: string })[]
  /** Accepted claims of the invitee on that list which stand. */
  readonly claims: readonly StandingClaim[]
  /** Where the list gives a gift: how many there are (null is unlimited) and how many are gone. */
  readonly stock: { readonly total: number | null; readonly taken: number } | null
}

/** Its scan is here and says admit; or that can never come, or says something else. */
export type Late = 'kept' | 'voided'

/** An accepted claim that was not voided. */
export interface StandingClaim {
  readonly op: ScanId
  readonly device: DeviceId
  readonly deviceLabel: string
  readonly gate: GateId
  readonly slot: number
  readonly seq: number
  readonly epoch: number
  readonly atMs: number
  /** True once its scan came and said admit: nothing but a void ends it now. */
  readonly settled: boolean
}

export interface NewClaim {
  readonly claim: Claim
  readonly event: EventId
  readonly authority: number
  readonly askedHash: string
  readonly invitee: InviteeNo | null
  /** Whether the list gives a gift: then its stock is taken from, and its key has no slot. */
  readonly gift: boolean
  readonly late: Late | null
  readonly answer: ClaimAnswer
}

/** What a pushed link tells about claims; null where the bytes were no scan of this device. */
export interface SettlingScan {
  readonly seq: number
  readonly id: ScanId | null
  readonly act: ScanAct | null
  readonly verdict: VerdictKind | null
  readonly target: ScanId | null
  /** Quarantined scans settle their own claim, but void nobody's. */
  readonly quarantined: boolean
}

/** Why a claim no longer stands. */
export type VoidedBy =
  /** Its scan said something else than admit. */
  | 'scan'
  /** The device reported another scan at its number, or a later life that never came to it. */
  | 'fence'
  /** The device's next scan of the same code took it over. */
  | 'taken_over'
  /** A person undid its scan (LG6). */
  | 'undone'

/** Claims of one tenant, within one transaction. Locks are taken in the order claims, then gifts. */
export interface ClaimStore {
  /** Null where the device is not paired here. */
  readonly readFacts: (claim: Claim) => Promise<ClaimFacts | null>
  /** Keeps other claims of this invitee on this list waiting until the transaction ends. */
  readonly lockKey: (list: ListId, invitee: InviteeNo) => Promise<void>
  /**
   * Writes the op with its answer for good; an accepted one with the outbox row that has its key
   * ruled. False where a unique index refused it: the op is there already, or the slot is taken (CL1).
   */
  readonly insert: (claim: NewClaim) => Promise<boolean>
  /** Takes one of a gift's stock and logs the hand-out; false where none is left, then nothing changed. */
  readonly takeGift: (claim: NewClaim) => Promise<boolean>
  /** Turns the answer of an op of this very transaction into a refusal. */
  readonly refuse: (claim: Claim, answer: ClaimAnswer) => Promise<void>
  /** Voids this claim if it still stands unsettled. */
  readonly takeOver: (device: DeviceId, op: ScanId) => Promise<void>
  /** Voids what a device claimed in an earlier life and never came to: it stands at `headSeq` in `epoch`. */
  readonly fence: (device: DeviceId, epoch: number, headSeq: number) => Promise<void>
  /**
   * Joins pushed scans with their claims (CL6): an admit keeps its claim, anything else voids it, as
   * does another scan at its number; a granted void voids its target's. Gifts go back to their stock.
   */
  readonly settle: (device: DeviceId, scans: readonly SettlingScan[]) => Promise<void>
  /** The same for claims of these keys whose scans came at the same moment and missed them. */
  readonly settleKeys: (event: EventId, keys: readonly DirtyKey[]) => Promise<void>
  /** Keys of a device's ops of these ids that were not accepted: one may be named in an incident (CL4). */
  readonly findLost: (device: DeviceId, ops: readonly ScanId[]) => Promise<readonly DirtyKey[]>
}

/** Steps of a claim of which each is a transaction of its own; for those that need no more than one write. */
export interface ClaimStepsDep {
  readonly claimSteps: {
    readonly readFacts: (tenant: TenantId, claim: Claim) => Promise<ClaimFacts | null>
    readonly insert: (tenant: TenantId, claim: NewClaim) => Promise<boolean>
    /** What was read a while ago of the device and the list that a claim names; null where nothing was. */
    readonly recall: (tenant: TenantId, claim: Claim) => ClaimPlace | null
    /**
     * Writes a claim with the answer that was foretold for its guest's category, in the one statement that
     * looks whether all is as it was foretold. Tells the facts that it then rests on; null, and nothing is
     * written, where anything is otherwise, somebody was quicker, or the same code is being written here.
     */
    readonly insertForetold: (tenant: TenantId, claim: ForetoldClaim) => Promise<ClaimFacts | null>
  }
}

/** What is the same for many claims: it is looked at again when one is written. */
export interface ClaimPlace {
  readonly event: EventId
  readonly role: DeviceRole
  readonly frame: ManifestFrame
  /** Revision of the frame. */
  readonly revision: number
}

export interface ForetoldClaim {
  readonly claim: Claim
  readonly askedHash: string
  readonly place: ClaimPlace
  readonly answers: ForetoldAnswers
}

/** By category, or `none`: what a guest is told of whom there is nothing else to tell. Only of who comes in. */
export type ForetoldAnswers = Readonly<Record<string, ClaimAnswer>>

/** The same steps over stores that know transactions only. */
export function claimStepsOver(
  tx: <T>(
    tenant: TenantId,
    work: (stores: { readonly claims: ClaimStore }) => Promise<T>,
  ) => Promise<T>,
): ClaimStepsDep['claimSteps'] {
  return {
    readFacts: (tenant, claim) => tx(tenant, ({ claims }) => claims.readFacts(claim)),
    insert: (tenant, row) => tx(tenant, ({ claims }) => claims.insert(row)),
    // Nothing is recalled: each claim reads first.
    recall: () => null,
    insertForetold: async () => null,
  }
}

/** The list of a claim as the frame has it, or null. */
export function listOfClaim(facts: ClaimFacts, { list }: Claim): CheckInList | null {
  return facts.frame.lists.find(({ id }) => id === list) ?? null
}
