import { CameraView } from './camera-view.tsx'
import { Foot } from './foot.tsx'
import { Icon } from './icon.tsx'
import { Notices } from './notices.tsx'
import { useDoor, useTools } from './tools.tsx'

/** At rest: the camera looks for codes; a scanner's keys are heard all the time. */
export function ScanScreen() {
  const act = useDoor((state) => state.act)
  const checking = useDoor((state) => state.checking)
  const status = useDoor((state) => state.status)
  const phase = useDoor((state) => state.camera.phase)
  const soundOpen = useDoor((state) => state.soundOpen)
  return (
    <main className="scan" data-act={act} data-checking={checking}>
      <Notices />
      <div className="scan-stage">
        <CameraView without="A hardware scanner and the search still work." />
        <div className="scan-words">
          {phase === 'on' && (
            <p className="scan-hint">
              {checking ? 'Checking…' : act === 'exit' ? 'Going out' : 'Hold a code in the frame'}
            </p>
          )}
          <p className="scan-list">
            {[status.eventName, status.listName].filter((part) => part !== null).join(' · ')}
          </p>
          {status.pending === 0 && (
            <p className="scan-list narrow-only">Nothing pending: safe to switch off</p>
          )}
          {!soundOpen && <p className="scan-list">Tap once to turn the sound on</p>}
        </div>
        <ScanTools />
      </div>
      {status.role !== 'kiosk' && <Foot />}
    </main>
  )
}

function ScanTools() {
  const { door, camera } = useTools()
  const act = useDoor((state) => state.act)
  // What was handed out comes back by an undo alone.
  const gives = useDoor((state) => state.status.gives)
  const { torch, lenses, lens } = useDoor((state) => state.camera)
  const next = lenses[(lenses.findIndex((one) => one.id === lens) + 1) % lenses.length]
  return (
    <div className="scan-tools">
      {gives === null && (
        <fieldset className="segments">
          <legend className="unseen">Direction</legend>
          <button type="button" aria-pressed={act === 'entry'} onClick={() => door.setAct('entry')}>
            <Icon name="enter" />
            In
          </button>
          <button type="button" aria-pressed={act === 'exit'} onClick={() => door.setAct('exit')}>
            <Icon name="leave" />
            Out
          </button>
        </fieldset>
      )}
      <div className="scan-lens">
        {lenses.length > 1 && next !== undefined && (
          <button
            type="button"
            className="round"
            aria-label={`Other camera: ${next.label}`}
            onClick={() => camera.chooseLens(next.id)}
          >
            <Icon name="lens" />
          </button>
        )}
        {torch !== 'none' && (
          <button
            type="button"
            className="round"
            aria-label="Light"
            aria-pressed={torch === 'on'}
            onClick={() => camera.setTorch(torch === 'off')}
          >
            <Icon name="light" />
          </button>
        )}
      </div>
    </div>
  )
}
