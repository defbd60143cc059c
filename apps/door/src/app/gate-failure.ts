import type { GateStoresFailure } from '@eventpass/replica/wasm'
import type { GateStatus } from '@eventpass/sync'
import { unknownStatus } from './door-state.ts'

/** At a reload the old page may hold the files for a moment longer. */
export const firstWaitMs = 3_000
/** A tab that only looks on takes over when the other one closes. */
const laterWaitMs = 600_000
const triesMax = 5

/** What to show for files that did not open, and whether to try again with a fresh worker. */
export interface FailureOutcome {
  readonly status: GateStatus
  readonly again: { readonly afterMs: number; readonly waitMs: number } | null
}

/** Sorts why the files did not open, at the n-th try in a row (from 1). Nothing is lost by any. */
export function outcomeOf(failure: GateStoresFailure, tries: number): FailureOutcome {
  switch (failure.kind) {
    case 'pool_busy':
      return {
        status: { ...unknownStatus, stage: 'read_only' },
        again: { afterMs: 500, waitMs: laterWaitMs },
      }
    case 'pool_failed':
      return {
        status: said(
          `The browser does not open its storage (${failure.message}). Nothing was deleted. Close other tabs of this page, then reload it.`,
        ),
        again: tries < triesMax ? { afterMs: 400 * tries, waitMs: firstWaitMs } : null,
      }
    case 'pool_unsupported':
      return {
        status: said(
          'This browser keeps no database here. Use a current one, no private window, and the https address of this page.',
        ),
        again: null,
      }
    case 'newer_format':
      return {
        status: said(
          'A newer version of this app wrote the records of this tablet. Reload while online to get it. The scans are kept.',
        ),
        again: null,
      }
  }
}

function said(notice: string): GateStatus {
  return { ...unknownStatus, notices: [notice] }
}
