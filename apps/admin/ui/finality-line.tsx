import { countInWords } from '@eventpass/domain'
import { useCallback, useEffect } from 'react'
import { central, type EventRow, type Finality } from './client.ts'
import { deviceName } from './device-name.ts'
import { timeInWords } from './times.ts'
import { useAnswer } from './use-answer.ts'

const lookAgainMs = 10_000

/** Up to when nobody's place can change any more, and which tablets that waits for. */
export function FinalityLine({ event }: { readonly event: EventRow }) {
  const { id, timeZone } = event
  const finality = useAnswer(useCallback(() => central.events.finality.query({ event: id }), [id]))
  const { again, value } = finality
  useEffect(() => {
    const timer = setInterval(again, lookAgainMs)
    return () => clearInterval(timer)
  }, [again])
  if (!value || value.devices === 0) return null
  return (
    <section className="finality" aria-labelledby="finality">
      <p>
        <strong id="finality">{headline(value, timeZone)}</strong>{' '}
        <span className="quiet">{meaning(value)}</span>
      </p>
      {value.waitingFor.length > 0 && (
        <ul className="waited-for">
          {value.waitingFor.map((source) => (
            <li key={source.device}>{waitInWords(source, timeZone)}</li>
          ))}
        </ul>
      )}
    </section>
  )
}

function headline({ upToMs, complete }: Finality, timeZone: string): string {
  if (complete) return 'Final'
  return upToMs === null ? 'Nothing is final yet' : `Final up to ${timeInWords(upToMs, timeZone)}`
}

function meaning({ upToMs, complete }: Finality): string {
  if (complete) return 'No tablet is left that could still bring scans.'
  return upToMs === null
    ? 'A tablet was never heard.'
    : 'Who came in first until then stands; later scans are still on their way.'
}

function waitInWords(
  { gateName, deviceNo, label, lastHeardMs, missing }: Finality['waitingFor'][number],
  timeZone: string,
): string {
  const heard =
    lastHeardMs === null ? 'never heard' : `last heard ${timeInWords(lastHeardMs, timeZone)}`
  const lacking =
    missing > 0 ? `, ${countInWords(missing, 'scan', 'scans')} of it not here yet` : ''
  return `Waiting for gate ${gateName} (${deviceName(deviceNo, label)}), ${heard}${lacking}`
}
