import { countInWords } from '@eventpass/domain'
import type { GateStatus } from '@eventpass/sync'
import { Mark } from './pair-screen.tsx'
import { useDoor } from './tools.tsx'

type Closed = 'starting' | 'read_only' | 'locked'

/** Nothing can be scanned here now: why, what is safe, what to do. */
export function ClosedScreen({ stage }: { readonly stage: Closed }) {
  const status = useDoor((state) => state.status)
  const { title, line } = says[stage](status)
  return (
    <main className="page">
      <div className="page-head">
        <Mark />
        <h1>{title}</h1>
        <p>{line}</p>
      </div>
      <ul className="page-notices">
        {status.notices.map((notice) => (
          <li key={notice}>{notice}</li>
        ))}
      </ul>
    </main>
  )
}

const kept = ({ pending }: GateStatus) =>
  pending === 0
    ? 'Every scan of this tablet has reached the organiser.'
    : `${countInWords(pending, 'scan is', 'scans are')} kept on this tablet.`

const says: Readonly<Record<Closed, (status: GateStatus) => { title: string; line: string }>> = {
  starting: ({ notices }) =>
    notices.length === 0
      ? { title: 'Opening', line: 'Reading what this tablet keeps.' }
      : { title: 'Not open', line: 'What this tablet keeps could not be read yet.' },
  read_only: (status) => ({
    title: 'Open in another tab',
    line: `This tab only looks on. Scan in the other one, or close it and this one takes over. ${kept(status)}`,
  }),
  locked: (status) => ({
    title: 'Locked',
    line: `This tablet was out of touch for too long; its list is deleted. ${kept(status)} Bring it online to go on.`,
  }),
}
