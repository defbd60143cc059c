import { mountDoor } from './app/mount-door.tsx'
import { startGate } from './app/start-gate.ts'
import { watchForUpdates } from './app/updates.ts'
import './styles/door.css'

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no #root.')

const seat = startGate(
  () =>
    new Worker(new URL('./worker/gate-worker.ts', import.meta.url), {
      type: 'module',
      name: 'eventpass-gate',
    }),
)
let applyUpdate = () => {}
const door = mountDoor({
  gate: seat.gate,
  root,
  zxingWasmUrl: __ZXING_WASM_URL__,
  applyUpdate: () => applyUpdate(),
  onStorage: seat.tellStorage,
})
applyUpdate = watchForUpdates(door, '/door/')

for (const [target, kind] of [
  [document, 'visibilitychange'],
  [window, 'online'],
  [window, 'pageshow'],
] as const) {
  target.addEventListener(kind, () => {
    if (!document.hidden) seat.wake()
  })
}
