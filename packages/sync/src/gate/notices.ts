import { countInWords } from '@eventpass/domain'
import type { PassResult } from '../protocol/sync-loop.ts'
import type { Standing } from './device.ts'
import { WriteRefusedError } from './manifest-fault.ts'
import type { AsideLedger } from './stores.ts'

/** What a pass that failed means for people, or null where "alone" says enough. */
export function passNotice(result: PassResult): string | null {
  if (result.ok) return null
  const { failure } = result
  switch (failure.kind) {
    case 'unreadable':
      return 'The network answers with a page of its own. Sign in to it; scans are kept here meanwhile.'
    case 'refused':
    case 'untrusted':
    case 'damaged':
      return failure.message
    case 'fault':
      if (failure.cause instanceof WriteRefusedError) return noRoomNotice
      return 'This tablet could not read or write its storage. Scans shown as admitted are kept; tell the organiser.'
    case 'unreachable':
    case 'busy':
    case 'stopped':
      return null
  }
}

const noRoomNotice =
  'The storage of this tablet is full, so its list cannot be brought up to date. Free some room; scans shown as admitted are kept.'

/** For a list that is gone, damaged, or of an older app. */
export const unreadableListNotice =
  'The list on this tablet could not be read. It is fetched again; scans are kept.'

/** For as long as damaged ledgers lie aside, also once the tablet is paired anew: they may hold unsent scans. */
export function asideNotice(aside: readonly AsideLedger[]): string | null {
  if (aside.length === 0) return null
  const places = aside.map(({ keptAs }) => keptAs).join(', ')
  return `Records of this tablet were damaged and lie aside (${places}). Keep this browser’s data and tell the organiser.`
}

/** What the standing means for people, or null where all is well. */
export function standingNotice(
  standing: Standing,
  pending: number,
  hasKeys: boolean,
): string | null {
  const unsent = pending === 1 ? '1 unsent scan is' : `${pending} unsent scans are`
  const kept = pending === 0 ? 'No scan waits here.' : `${unsent} kept here.`
  switch (standing) {
    case 'active':
      return null
    case 'revoked':
      return `This tablet was revoked. Its list and keys are deleted. ${kept}`
    case 'locked':
      return `This tablet was not heard for too long, so its list and keys are deleted. ${kept} Bring it online.`
    case 'pair_anew':
      return hasKeys
        ? `This tablet was copied or restored: its scans no longer fit what central holds. Pair it anew. ${kept}`
        : `This tablet lost its keys. Pair it anew. ${kept}`
  }
}

/** What a step of the clock means for people, or null. */
export function clockNotice(stepMs: number | null): string | null {
  if (stepMs === null) return null
  const minutes = Math.round(Math.abs(stepMs) / 60_000)
  const size =
    minutes < 120
      ? countInWords(minutes, 'minute', 'minutes')
      : countInWords(Math.round(minutes / 60), 'hour', 'hours')
  const way = stepMs < 0 ? 'back' : 'forward'
  return `This tablet’s clock jumped ${way} by about ${size}. Scanning goes on and times stay right.`
}

/** What it means for people that central stored scans but counts them last. */
export function quarantineNotice(scans: number): string {
  const kept = countInWords(scans, 'scan', 'scans')
  const order = scans === 1 ? 'its order' : 'their order'
  return `Central keeps ${kept} of this tablet but could not trust ${order}. Tell the organiser.`
}
