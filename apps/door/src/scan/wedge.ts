import { codeLengthMax, looksLikeTicket } from './in-view.ts'
import { characterOf } from './wedge-keys.ts'

/** A person types slower than this from key to key, a scanner faster. */
const wedgeGapMsMax = 80
/** A scanner without an end key is done after this long. */
export const wedgeIdleMs = 150
/** An end key that comes this long behind a code that ended in silence still belongs to it. */
const wedgeLateEndMs = 1_000
/** Scanners that send each code twice do so within this long (DR4). */
export const wedgeRepeatMs = 1_500
const burstLengthMin = 6

/** One keydown, as the browser reported it. */
export interface KeyPress {
  readonly code: string
  readonly key: string
  readonly shift: boolean
  readonly control: boolean
}

/** What has been keyed so far: by place on the board, and by the tablet's layout. */
export interface Wedge {
  readonly byCode: string
  readonly byKey: string
  readonly lastMs: number
  readonly done: { readonly text: string; readonly atMs: number } | null
}

export const restingWedge: Wedge = {
  byCode: '',
  byKey: '',
  lastMs: Number.NEGATIVE_INFINITY,
  done: null,
}

export interface WedgeStep {
  readonly wedge: Wedge
  /** A whole code, once. */
  readonly text: string | null
  /** The key belongs to a scanner's burst: keep it away from the button that has the focus. */
  readonly swallow: boolean
}

/** Takes in one key. A code ends with Enter, Tab, Ctrl+J or Ctrl+M, or by `idleWedge`. */
export function pressWedgeKey(wedge: Wedge, press: KeyPress, nowMs: number): WedgeStep {
  const running = nowMs - wedge.lastMs <= wedgeGapMsMax
  const before = running ? wedge : { ...wedge, byCode: '', byKey: '' }
  // A whole ticket stands, however slowly its end key follows.
  if (isEnd(press)) return endBurst(looksLikeTicket(bestReading(wedge)) ? wedge : before, nowMs)
  if (press.control) return { wedge: before, text: null, swallow: false }

  const byKey = press.key.length === 1 ? press.key : ''
  const byCode = characterOf(press.code, press.shift) ?? (press.code === '' ? byKey : '')
  if (byCode === '' && byKey === '') return { wedge: before, text: null, swallow: false }
  const next = {
    ...before,
    byCode: (before.byCode + byCode).slice(0, codeLengthMax + 1),
    byKey: (before.byKey + byKey).slice(0, codeLengthMax + 1),
    lastMs: nowMs,
  }
  return { wedge: next, text: null, swallow: running && next.byCode.length >= burstLengthMin }
}

/** Ends a burst whose scanner sends no end key; call some `wedgeIdleMs` after the last key. */
export function idleWedge(wedge: Wedge, nowMs: number): WedgeStep {
  const idle = nowMs - wedge.lastMs >= wedgeIdleMs
  if (!idle || !looksLikeTicket(bestReading(wedge))) return { wedge, text: null, swallow: false }
  return endBurst(wedge, nowMs)
}

function endBurst(wedge: Wedge, nowMs: number): WedgeStep {
  const text = bestReading(wedge)
  const late = text === '' && wedge.done !== null && nowMs - wedge.done.atMs < wedgeLateEndMs
  if (late) return { wedge, text: null, swallow: true }
  const empty = { ...wedge, byCode: '', byKey: '', lastMs: Number.NEGATIVE_INFINITY }
  if (text.trim().length < burstLengthMin) return { wedge: empty, text: null, swallow: false }
  const repeat = wedge.done?.text === text && nowMs - wedge.done.atMs < wedgeRepeatMs
  return {
    wedge: { ...empty, done: { text, atMs: nowMs } },
    text: repeat || text.length > codeLengthMax ? null : text,
    swallow: true,
  }
}

/** By place on the board, unless only the layout's reading is a ticket: the scanner shares it then. */
function bestReading(wedge: Wedge): string {
  if (looksLikeTicket(wedge.byCode)) return wedge.byCode
  return looksLikeTicket(wedge.byKey) ? wedge.byKey : wedge.byCode
}

function isEnd(press: KeyPress): boolean {
  if (press.control) return press.code === 'KeyJ' || press.code === 'KeyM'
  return press.code === 'Enter' || press.code === 'NumpadEnter' || press.code === 'Tab'
}
