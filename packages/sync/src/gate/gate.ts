import type { InviteeNo, ScanId, ScanInput, Verdict } from '@eventpass/domain'
import type { HistoryRow } from './stores.ts'

/** What the door's screen calls; implemented by `createGate` and reached through the worker. */
export interface Gate {
  /** Opens a pairing from a link's one-time code; shows four words until a person accepts (DV1). */
  readonly pair: (code: string, label: string) => Promise<PairingView>
  readonly cancelPairing: () => Promise<void>
  /** Decides and durably records one scan, then answers (SY1). */
  readonly scan: (attempt: ScanAttempt) => Promise<ShownVerdict>
  /** Offline name search; empty below the role's minimum of letters. */
  readonly search: (query: string) => Promise<readonly SearchHit[]>
  readonly history: () => Promise<readonly HistoryRow[]>
  /** LG6: undo by the same device within 15 minutes, or by a supervisor with a reason. */
  readonly undo: (scan: ScanId, note: string | null) => Promise<ShownVerdict>
  readonly syncNow: () => Promise<void>
  /** Calls at once and at every change; returns how to stop. */
  readonly watch: (listener: (status: GateStatus) => void) => () => void
}

export interface ScanAttempt {
  /** Raw text as read or typed, ≤ 1,024 characters; or a row found by search. */
  readonly source:
    | { readonly kind: 'text'; readonly text: string; readonly input: Exclude<ScanInput, 'search'> }
    | { readonly kind: 'row'; readonly invitee: InviteeNo; readonly digest: string }
  readonly act: 'entry' | 'exit'
  /** Supervisor's force: PIN and reason (DC7). */
  readonly force: { readonly pin: string; readonly note: string } | null
  /** Answer to the list's question (DC8). */
  readonly answer: string | null
  /** The `attention` scan that this choice answers (DC1). */
  readonly answers: ScanId | null
  /** DC9: on a `many` list a tap says that this is the second person. */
  readonly secondPerson: boolean
}

/** A verdict as recorded, with what the screen shows beside it. */
export interface ShownVerdict {
  readonly verdict: Verdict
  /** Null for the `just_admitted` notice, which records nothing. */
  readonly scan: ScanId | null
  /** Of an attention: who may answer it by letting in, as the event's policy says (DC1); else null. */
  readonly confirmBy: 'steward' | 'supervisor' | null
  /** The gate's estimate of central's time at this verdict; the tablet's own clock may lie. */
  readonly atMs: number
  readonly name: string | null
  readonly category: string | null
  readonly gateName: string
  readonly earlierGateName: string | null
  /** The others of a party of several, with their state, to admit in one tap. */
  readonly party: readonly SearchHit[]
}

export interface SearchHit {
  readonly invitee: InviteeNo
  readonly digest: string
  readonly name: string
  readonly category: string | null
  readonly inside: boolean
}

export type PairingView =
  | { readonly state: 'waiting'; readonly words: readonly string[]; readonly expiresInMs: number }
  | { readonly state: 'failed'; readonly message: string }

export interface GateStatus {
  readonly stage:
    | 'starting'
    | 'unpaired'
    | 'pairing'
    | 'loading'
    | 'ready'
    | 'read_only'
    | 'revoked'
    | 'locked'
    | 'pair_anew'
  readonly words: readonly string[] | null
  readonly eventName: string | null
  readonly listName: string | null
  /** What an admit hands over where the tablet stands at a gift's desk (GF1); null at an entrance. */
  readonly gives: 'gift' | null
  readonly gateName: string | null
  readonly role: 'steward' | 'supervisor' | 'kiosk' | null
  /** `alone`: no upstream answers now. */
  readonly link: 'central' | 'hub' | 'alone'
  readonly pending: number
  /** Ms since the manifest was last known to be current; null before the first load. */
  readonly listAgeMs: number | null
  readonly revision: number | null
  readonly tickets: number | null
  /** At a gift's desk: how many have it. */
  readonly peopleInside: number | null
  readonly loading: { readonly doneBytes: number; readonly totalBytes: number } | null
  /** Sentences for the banner: what happened, what is safe, what to do. */
  readonly notices: readonly string[]
  /** Whether the browser promised to keep the storage; null before it was asked. */
  readonly storagePersistent: boolean | null
}
