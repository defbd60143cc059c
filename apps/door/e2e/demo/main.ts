import { createDemoGate, type DemoGate, demoToken } from '../../src/app/demo-gate.fake.ts'
import type { Door } from '../../src/app/door.ts'
import { mountDoor } from '../../src/app/mount-door.tsx'
import '@eventpass/ui/tokens.css'
import '../../src/styles/door.css'

/** What the specs steer the page by. */
export interface DemoPage {
  readonly gate: DemoGate
  readonly door: Door
  readonly tokenOf: (guest: string) => string
}

const root = document.getElementById('root')
if (root === null) throw new Error('The page has no #root.')
const gate = createDemoGate()
const door = mountDoor({
  gate,
  root,
  zxingWasmUrl: __ZXING_WASM_URL__,
  applyUpdate: () => {},
  onStorage: () => {},
})
const page: DemoPage = { gate, door, tokenOf: demoToken }
Reflect.set(window, 'demo', page)
