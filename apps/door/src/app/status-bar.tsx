import { countInWords, numberInWords } from '@eventpass/domain'
import type { GateStatus } from '@eventpass/sync'
import { ageInWords } from '../words/ages.ts'
import { Icon } from './icon.tsx'
import { useDoor, useListAge, useTools } from './tools.tsx'

/** Always there: where this is, which tier answers, what is pending, how old the list is. */
export function StatusBar() {
  const { door } = useTools()
  const status = useDoor((state) => state.status)
  const open = useDoor((state) => state.sheet === 'tablet')
  const ageMs = useListAge()
  const tier = tierInWords(status.link)
  const pending = `${numberInWords(status.pending)} pending`
  const unread = status.tickets === null ? 'no list' : 'list of unknown age'
  const age = ageMs === null ? unread : `list ${ageInWords(ageMs)}`
  // Before there is a gate nothing could be safe; without its list a gate has no name, but its scans.
  const placed = status.gateName !== null || status.pending > 0
  const label = placed
    ? `${status.gateName ?? 'EventPass'}, ${tier}. ${countInWords(status.pending, 'scan', 'scans')} pending. ${age}. This tablet.`
    : 'This tablet'
  return (
    <header className="status-bar">
      <button
        type="button"
        className="status-button"
        aria-expanded={open}
        aria-label={label}
        onClick={() => (open ? door.closeSheet() : door.openSheet('tablet'))}
      >
        <span className="status-place">
          {placed && <i className="tier-dot" data-link={status.link} />}
          <span className="status-pair">
            <b>{status.gateName ?? 'EventPass'}</b>
            {placed && <span>{tier}</span>}
          </span>
        </span>
        {placed && (
          <span className="status-facts">
            {status.pending === 0 && (
              <span className="status-safe">
                <Icon name="check" />
                <span className="wide-only">safe to switch off</span>
              </span>
            )}
            <span className="status-pair">
              <span data-alarm={status.pending > 0}>{pending}</span>
              <span>{age}</span>
            </span>
          </span>
        )}
      </button>
    </header>
  )
}

/** "online", "hub" or "alone": who answers beside this tablet. */
export function tierInWords(link: GateStatus['link']): string {
  return { central: 'online', hub: 'hub', alone: 'alone' }[link]
}
