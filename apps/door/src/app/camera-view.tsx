import { useDoor, useTools } from './tools.tsx'

/** The camera's picture with its frame, or what stands in its way and what works without it. */
export function CameraView({ without }: { readonly without: string }) {
  const { camera } = useTools()
  const phase = useDoor((state) => state.camera.phase)
  return (
    <div className="camera" data-phase={phase}>
      <div className="camera-host" ref={camera.sit} />
      {phase === 'on' && <div className="finder" />}
      {phase === 'asking' && <p className="camera-word">Starting the camera…</p>}
      {(phase === 'blocked' || phase === 'missing' || phase === 'failed') && (
        <div className="camera-fault" role="alert">
          <h2>{faults[phase].title}</h2>
          <p>
            {faults[phase].line} {without}
          </p>
          <button type="button" className="button" onClick={camera.tryAgain}>
            Try again
          </button>
        </div>
      )}
    </div>
  )
}

const faults = {
  blocked: {
    title: 'The camera is blocked',
    line: 'Allow the camera for this page in the browser’s settings, then try again.',
  },
  missing: { title: 'No camera found', line: 'This tablet shows none to the browser.' },
  failed: {
    title: 'The camera does not start',
    line: 'Another app may hold it. It is tried again by itself.',
  },
} as const
