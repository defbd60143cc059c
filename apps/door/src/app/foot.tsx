import { numberInWords } from '@eventpass/domain'
import { deskWords } from '../words/desk-words.ts'
import { Icon } from './icon.tsx'
import { useDoor, useTools } from './tools.tsx'

/** In reach of the thumb: search, people inside or gifts handed out, history. */
export function Foot() {
  const { door } = useTools()
  const inside = useDoor((state) => state.status.peopleInside)
  const gives = useDoor((state) => state.status.gives)
  const left = useDoor((state) => state.settings.leftHanded)
  return (
    <nav className="foot" data-hand={left ? 'left' : 'right'} aria-label="This gate">
      <button type="button" onClick={() => door.openSheet('search')}>
        <Icon name="search" />
        Search
      </button>
      <button type="button" onClick={() => door.openSheet('tablet')}>
        <Icon name={gives === 'gift' ? 'gift' : 'people'} />
        <span>
          {deskWords(gives).countInFoot} {inside === null ? '–' : numberInWords(inside)}
        </span>
      </button>
      <button type="button" onClick={() => door.openSheet('history')}>
        <Icon name="history" />
        History
      </button>
    </nav>
  )
}
