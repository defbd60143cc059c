import { useCallback, useEffect } from 'react'
import { type Counts, central, type EventRow, type Incident } from './client.ts'
import { deviceName } from './device-name.ts'
import { Fault } from './fault.tsx'
import { ResolveForm } from './resolve-form.tsx'
import { timeInWords } from './times.ts'
import { useAnswer } from './use-answer.ts'

const titles: Record<Incident['kind'], string> = {
  double_admission: 'Admitted twice',
  double_gift: 'Gift handed out twice',
  over_stock: 'More gifts handed out than there were',
  admitted_after_revocation: 'Admitted after the ticket was withdrawn',
  over_limit: 'More entries than the list allows',
  forgery_suspected: 'Possibly a forged ticket',
  fork: 'A tablet exists twice (restored or cloned)',
  gap: 'Scans of a tablet are missing',
  clock: 'A tablet’s clock contradicts itself',
  bad_push: 'Scans came in that their tablet did not sign',
  provisional_refused: 'Let in for the time being, then refused',
}

export function Incidents({
  event: { id: event, timeZone },
  counts,
  canChange,
}: {
  readonly event: EventRow
  readonly counts: Counts | null
  readonly canChange: boolean
}) {
  const incidents = useAnswer(useCallback(() => central.incidents.list.query({ event }), [event]))
  const { again } = incidents
  const open = counts?.incidentsOpen
  useEffect(() => {
    if (open !== undefined) again()
  }, [open, again])
  return (
    <section aria-labelledby="incidents">
      <h2 id="incidents">Incidents</h2>
      {incidents.fault && <Fault sentence={incidents.fault} onAgain={again} />}
      {incidents.value?.length === 0 && (
        <p className="quiet">None. Double admissions and other work for people appear here.</p>
      )}
      <ul className="cards">
        {incidents.value?.map((incident) => (
          <IncidentCard
            key={incident.id}
            incident={incident}
            timeZone={timeZone}
            {...(canChange && incident.status === 'open' ? { onResolved: again } : {})}
          />
        ))}
      </ul>
    </section>
  )
}

function IncidentCard({
  incident,
  timeZone,
  onResolved,
}: {
  readonly incident: Incident
  readonly timeZone: string
  /** Absent where it cannot be resolved: by this person, or any more. */
  readonly onResolved?: () => void
}) {
  const { resolution } = incident
  const unseen = incident.named.length - incident.scans.length
  return (
    <li className={`card ${incident.status}`}>
      <div className="card-head">
        <strong>{titles[incident.kind]}</strong>
        <span className="tag">{incident.status}</span>
      </div>
      <p>{[incident.invitee, incident.listName, tabletOf(incident)].filter(Boolean).join(' · ')}</p>
      {incident.orderUncertain && (
        <p className="quiet">Which was first cannot be proven: their times overlap.</p>
      )}
      <ol>
        {incident.scans.map((scan) => (
          <li key={scan.id}>
            <span>{scan.gateName ?? 'Unknown gate'}</span>
            <span className="quiet">{tabletOf(scan)}</span>
            <time>
              {scan.atMs === null ? 'time not known yet' : timeInWords(scan.atMs, timeZone)}
            </time>
            {skewOf(scan) && <span className="quiet">{skewOf(scan)}</span>}
            {scan.ruling && <span className={`tag ${scan.ruling}`}>{scan.ruling}</span>}
          </li>
        ))}
      </ol>
      {unseen > 0 && (
        <p className="quiet">
          {unseen === 1 ? 'One more scan is named' : `${unseen} more scans are named`}
          {incident.kind === 'bad_push' && ', which nothing proves to be that tablet’s'}.
        </p>
      )}
      {resolution && (
        <p className="resolution">
          {incident.status === 'open' && 'Open again. '}Resolved by{' '}
          {resolution.by ?? 'a former colleague'}, {timeInWords(resolution.atMs, timeZone)}:{' '}
          <q>{resolution.reason}</q>
        </p>
      )}
      {onResolved && <ResolveForm incident={incident} onDone={onResolved} />}
    </li>
  )
}

function tabletOf({
  deviceNo,
  deviceLabel,
}: Pick<Incident, 'deviceNo' | 'deviceLabel'>): string | null {
  return deviceNo === null ? null : deviceName(deviceNo, deviceLabel ?? '')
}

/** How far the tablet's own clock was off, where that is worth telling. */
function skewOf({ atMs, wallMs }: Incident['scans'][number]): string {
  if (atMs === null || wallMs === null) return ''
  const seconds = Math.round((wallMs - atMs) / 1_000)
  if (Math.abs(seconds) < 5) return ''
  const minutes = Math.abs(seconds) >= 120 ? `${Math.round(Math.abs(seconds) / 60)} min` : null
  return `its clock ${minutes ?? `${Math.abs(seconds)} s`} ${seconds > 0 ? 'fast' : 'slow'}`
}
