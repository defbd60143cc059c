import { type FormEvent, useState } from 'react'
import { CameraView } from './camera-view.tsx'
import { useDoor, useTools } from './tools.tsx'

type Unpaired = 'unpaired' | 'pair_anew' | 'revoked'

const says: Readonly<Record<Unpaired, { readonly title: string; readonly line: string }>> = {
  unpaired: {
    title: 'Pair this tablet',
    line: 'The organiser’s page shows a pairing code for this gate. Scan it, or open its link on this tablet.',
  },
  pair_anew: {
    title: 'Pair this tablet again',
    line: 'Its records no longer follow on from what the organiser has. To go on, scan a new pairing code.',
  },
  revoked: {
    title: 'Signed out',
    line: 'The organiser ended this tablet’s access. To use it again, scan a new pairing code.',
  },
}

/** Not paired: scan the organiser's code, or type it. */
export function PairScreen({ stage }: { readonly stage: Unpaired }) {
  const { door } = useTools()
  const notices = useDoor((state) => state.status.notices)
  const trouble = useDoor((state) => state.trouble)
  const [looking, setLooking] = useState(false)
  const [code, setCode] = useState('')
  const send = (event: FormEvent) => {
    event.preventDefault()
    if (code.trim() !== '') door.pair(code)
  }
  return (
    <main className="page">
      {looking ? (
        <>
          <div className="page-head">
            <h1>Scan the code</h1>
          </div>
          <div className="pair-camera">
            <CameraView without="You can paste the link below." />
          </div>
        </>
      ) : (
        <div className="page-head">
          <Mark />
          <h1>{says[stage].title}</h1>
          <p>{says[stage].line}</p>
        </div>
      )}
      {trouble !== null && (
        <p className="page-fault" role="alert">
          {trouble.message}
        </p>
      )}
      <ul className="page-notices">
        {notices.map((notice) => (
          <li key={notice}>{notice}</li>
        ))}
      </ul>
      <div className="page-acts">
        <button
          type="button"
          className={looking ? 'button' : 'button button-first'}
          onClick={() => setLooking(!looking)}
        >
          {looking ? 'Stop the camera' : 'Scan the pairing code'}
        </button>
        <form className="pair-form" onSubmit={send}>
          <input
            aria-label="Pairing link or code"
            placeholder="or paste the link"
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
            maxLength={400}
            value={code}
            onChange={(event) => setCode(event.target.value)}
          />
          <button type="submit" className="button" disabled={code.trim() === ''}>
            Pair
          </button>
        </form>
      </div>
    </main>
  )
}

/** Both screens show the same four words; a person at the other one accepts (DV1). */
export function WordsScreen({ words }: { readonly words: readonly string[] }) {
  const { door } = useTools()
  return (
    <main className="page">
      <div className="page-head">
        <h1>Same words?</h1>
        <p>Compare these with the organiser’s screen, and accept this tablet there.</p>
      </div>
      <ol className="pair-words">
        {words.map((word) => (
          <li key={word}>{word}</li>
        ))}
      </ol>
      <p className="page-note" role="status">
        <i className="pulse" /> Waiting for the organiser
      </p>
      <div className="page-acts">
        <button type="button" className="button" onClick={door.cancelPairing}>
          Cancel
        </button>
      </div>
    </main>
  )
}

/** The sign of the app: a door that stands open. */
export function Mark() {
  return (
    <svg className="mark" viewBox="0 0 64 64" aria-hidden="true">
      <rect width="64" height="64" rx="16" />
      <path d="M20 50V14h24v36M14 50h36" />
      <path d="M20 14 36 20v36L20 50" />
      <path d="M30.500 36v.1" />
    </svg>
  )
}
