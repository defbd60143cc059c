import type { Gate } from '@eventpass/sync'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { createZxingReader } from '../camera/zxing-reader.ts'
import { createSpeaker } from '../feel/speaker.ts'
import { keepScreenOn } from '../feel/wake-lock.ts'
import { askToKeepStorage, tabletLabel } from '../ready/browser-facts.ts'
import { timeOfDay } from '../words/times.ts'
import { App } from './app.tsx'
import { createCameraSeat } from './camera-seat.ts'
import { createDoor, type Door } from './door.ts'
import { listenToKeys } from './listen.ts'
import { readSettings, writeSettings } from './settings.ts'
import { ToolsProvider } from './tools.tsx'

export interface MountDeps {
  readonly gate: Gate
  readonly root: HTMLElement
  readonly zxingWasmUrl: string
  readonly applyUpdate: () => void
  /** Told whether the browser promised to keep the storage. */
  readonly onStorage: (kept: boolean) => void
}

/** Puts the door on the page over a gate, wherever that gate lives. */
export function mountDoor({ gate, root, zxingWasmUrl, ...deps }: MountDeps): Door {
  const read = createZxingReader(zxingWasmUrl)
  const speaker = createSpeaker(() => door.store.set({ soundOpen: speaker.isOpen() }))
  const door = createDoor({
    gate,
    settings: readSettings(localStorage),
    keepSettings: (settings) => writeSettings(localStorage, settings),
    play: speaker.play,
    monoMs: () => performance.now(),
    timeOf: timeOfDay,
    later(ms, call) {
      const waiting = setTimeout(call, ms)
      return () => clearTimeout(waiting)
    },
    label: tabletLabel(),
  })
  const camera = createCameraSeat(door, read)

  // When the touch or the key is let go: opening sound takes a moment, which a scanner's next key
  // must not have to wait for.
  for (const kind of ['pointerup', 'keyup'] as const) {
    window.addEventListener(kind, speaker.unlock, { capture: true })
  }
  listenToKeys(door)
  listenToLinks(door)
  watchForWork(door, deps.onStorage)

  createRoot(root).render(
    <StrictMode>
      <ToolsProvider tools={{ door, camera, speaker, read, applyUpdate: deps.applyUpdate }}>
        <App />
      </ToolsProvider>
    </StrictMode>,
  )
  return door
}

/** A pairing link opens a pairing; its code does not stay in the address (DV1). */
function listenToLinks(door: Door): void {
  const onLink = () => {
    const code = /^#pair=(.+)$/.exec(location.hash)?.[1]
    if (code === undefined) return
    history.replaceState(null, '', location.pathname + location.search)
    door.pair(decodeURIComponent(code))
  }
  window.addEventListener('hashchange', onLink)
  onLink()
}

/** From the first load on: the screen stays lit and the browser is asked to keep the storage. */
function watchForWork(door: Door, onStorage: (kept: boolean) => void): void {
  let working = false
  let sun: boolean | null = null
  const onChange = () => {
    const { status, settings } = door.store.get()
    if (settings.sun !== sun) {
      sun = settings.sun
      document.documentElement.dataset.light = sun ? 'sun' : 'dark'
    }
    if (working || (status.stage !== 'loading' && status.stage !== 'ready')) return
    working = true
    keepScreenOn((wake) => door.store.set({ wake }))
    void askToKeepStorage().then((storageKept) => {
      door.store.set({ storageKept })
      onStorage(storageKept)
    })
  }
  door.store.subscribe(onChange)
  onChange()
}
