import {
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useState,
  useSyncExternalStore,
} from 'react'
import type { ReadCodes } from '../camera/zxing-reader.ts'
import type { Speaker } from '../feel/speaker.ts'
import type { CameraSeat } from './camera-seat.ts'
import type { Door } from './door.ts'
import type { DoorState } from './door-state.ts'

/** What the screens work with; made once, in `mountDoor`. */
export interface Tools {
  readonly door: Door
  readonly camera: CameraSeat
  readonly speaker: Speaker
  readonly read: ReadCodes
  /** Lets an update that waits take over, and reloads. */
  readonly applyUpdate: () => void
}

const ToolsContext = createContext<Tools | null>(null)

export function ToolsProvider({
  tools,
  children,
}: {
  readonly tools: Tools
  readonly children: ReactNode
}) {
  return <ToolsContext value={tools}>{children}</ToolsContext>
}

export function useTools(): Tools {
  const tools = useContext(ToolsContext)
  if (tools === null) throw new Error('A screen stands outside of ToolsProvider.')
  return tools
}

/** Watches one part of the door's state; `pick` must return the state's own values, not new ones. */
export function useDoor<Part>(pick: (state: DoorState) => Part): Part {
  const { store } = useTools().door
  return useSyncExternalStore(store.subscribe, () => pick(store.get()))
}

/** Age of the list in ms, counting on between two words of the gate; null before there is one. */
export function useListAge(): number | null {
  const ageMs = useDoor((state) => state.status.listAgeMs)
  const [shownMs, setShownMs] = useState(ageMs)
  useEffect(() => {
    setShownMs(ageMs)
    if (ageMs === null) return
    const sinceMs = performance.now()
    const ticking = setInterval(() => setShownMs(ageMs + performance.now() - sinceMs), 1_000)
    return () => clearInterval(ticking)
  }, [ageMs])
  return shownMs
}
