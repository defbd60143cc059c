import { numberInWords } from '@eventpass/domain'
import { useCallback, useEffect, useState } from 'react'
import { type Counts, central, type EventRow, sentenceOf } from './client.ts'
import { Devices } from './devices.tsx'
import { FinalityLine } from './finality-line.tsx'
import { Incidents } from './incidents.tsx'

/** One event, live: counts come by subscription, and bring the rest up to date when they change. */
export function EventView({
  event,
  canChange,
}: {
  readonly event: EventRow
  readonly canChange: boolean
}) {
  const { counts, fault } = useCounts(event.id)
  return (
    <main>
      <h1>{event.name}</h1>
      <p className="quiet">{periodOf(event)}</p>
      {fault && (
        <p className="banner" role="status">
          Not live: {fault}
        </p>
      )}
      <Figures counts={counts} />
      <FinalityLine event={event} />
      <Incidents event={event} counts={counts} canChange={canChange} />
      <Devices event={event.id} canChange={canChange} />
    </main>
  )
}

function Figures({ counts }: { readonly counts: Counts | null }) {
  const figures = [
    ['Invitees', counts?.invitees],
    ['Admitted', counts?.admitted],
    ['Invitees inside', counts?.inviteesInside],
    ['People inside', counts?.peopleInside],
    ['Open incidents', counts?.incidentsOpen],
  ] as const
  return (
    <dl className="figures" aria-live="polite">
      {figures.map(([name, figure]) => (
        <div key={name} className={name === 'Open incidents' && figure ? 'figure alarm' : 'figure'}>
          <dt>{name}</dt>
          <dd>{figure === undefined ? '–' : numberInWords(figure)}</dd>
        </div>
      ))}
    </dl>
  )
}

function useCounts(event: string) {
  const [counts, setCounts] = useState<Counts | null>(null)
  const [fault, setFault] = useState<string | null>(null)
  const listen = useCallback(
    () =>
      central.live.counts.subscribe(
        { event },
        {
          onData: (data) => {
            setCounts(data)
            setFault(null)
          },
          onError: (error) => setFault(sentenceOf(error)),
          // A lost connection is tried again without an end, and is no error until then.
          onConnectionStateChange: ({ state, error }) => {
            if (state === 'pending') setFault(null)
            else if (error) setFault(sentenceOf(error))
          },
        },
      ),
    [event],
  )
  useEffect(() => {
    const subscription = listen()
    return () => subscription.unsubscribe()
  }, [listen])
  return { counts, fault }
}

function periodOf({ startsMs, endsMs, timeZone }: EventRow): string {
  const format = new Intl.DateTimeFormat('en-GB', {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone,
  })
  return `${format.format(startsMs)} – ${format.format(endsMs)} (${timeZone})`
}
