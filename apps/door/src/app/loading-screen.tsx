import { bytesInWords } from '../words/ages.ts'
import { Mark } from './pair-screen.tsx'
import { useDoor } from './tools.tsx'

/** The first load: how far it is, and that it goes on from there after a break. */
export function LoadingScreen() {
  const { eventName, link, loading, notices } = useDoor((state) => state.status)
  const known = loading !== null && loading.totalBytes > 0
  const part = known ? Math.min(1, loading.doneBytes / loading.totalBytes) : 0
  return (
    <main className="page">
      <div className="page-head">
        <Mark />
        <h1>Loading the list</h1>
        <p>
          {eventName ?? 'Stay online for a moment. After that, this gate works without network.'}
        </p>
      </div>
      <div className="loading">
        <progress aria-label="Loading the list" max={1} value={known ? part : undefined} />
        <p role="status">
          {known
            ? `${Math.floor(part * 100)} % · ${bytesInWords(loading.doneBytes)} of ${bytesInWords(loading.totalBytes)}`
            : link === 'alone'
              ? 'Waiting for the organiser to answer…'
              : 'The organiser is preparing the list…'}
        </p>
      </div>
      <p className="page-note">
        {notices[0] ?? 'If the network breaks, it goes on from where it was.'}
      </p>
    </main>
  )
}
