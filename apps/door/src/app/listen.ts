import { idleWedge, pressWedgeKey, restingWedge, wedgeIdleMs } from '../scan/wedge.ts'
import type { Door } from './door.ts'

/** Hears a hardware scanner anywhere on the page, and Escape; returns how to stop. */
export function listenToKeys(door: Door): () => void {
  let wedge = restingWedge
  let idle: ReturnType<typeof setTimeout> | undefined

  const take = (text: string | null) => {
    if (text !== null) door.readText(text, 'wedge')
  }

  const onKey = (event: KeyboardEvent) => {
    if (event.isComposing || event.altKey || event.metaKey) return
    const { code, key, shiftKey: shift, ctrlKey: control } = event
    const step = pressWedgeKey(wedge, { code, key, shift, control }, event.timeStamp)
    wedge = step.wedge
    // In a field the characters stay a person's; only the end key of a scanner's code is taken.
    if (step.swallow && (step.text !== null || !isField(event.target))) {
      event.preventDefault()
      event.stopPropagation()
    }
    take(step.text)
    if (key === 'Escape') stepBack(door)

    clearTimeout(idle)
    idle = setTimeout(() => {
      const rest = idleWedge(wedge, performance.now())
      wedge = rest.wedge
      take(rest.text)
    }, wedgeIdleMs + 10)
  }

  window.addEventListener('keydown', onKey, { capture: true })
  return () => {
    clearTimeout(idle)
    window.removeEventListener('keydown', onKey, { capture: true })
  }
}

/** Escape leaves what lies on top. */
function stepBack(door: Door): void {
  const { asking, sheet } = door.store.get()
  if (asking !== null) door.stopAsking()
  else if (sheet !== null) door.closeSheet()
  else door.dismiss()
}

function isField(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement
}
