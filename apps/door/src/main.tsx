import { createMirror } from './app/mirror.ts'
import { mountDoor } from './app/mount-door.tsx'
import { type GateWorker, startGate } from './app/start-gate.ts'
import { watchForUpdates } from './app/updates.ts'
import '@eventpass/ui/tokens.css'
import './styles/door.css'

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no #root.')

const seat = startGate({
  makeWorker,
  mirror: createMirror('eventpass-door'),
  later: (ms, call) => setTimeout(call, ms),
})
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

function makeWorker(): GateWorker {
  const worker = new Worker(new URL('./worker/gate-worker.ts', import.meta.url), {
    type: 'module',
    name: 'eventpass-gate',
  })
  return {
    postMessage: (message) => worker.postMessage(message),
    addEventListener: (type, listener) => worker.addEventListener(type, listener),
    onFault: (listener) => worker.addEventListener('error', listener),
    terminate: () => worker.terminate(),
  }
}
