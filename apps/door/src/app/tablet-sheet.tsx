import { countInWords, numberInWords } from '@eventpass/domain'
import { useEffect, useState } from 'react'
import { installedApp, needsHomeScreen, offlineReady } from '../ready/browser-facts.ts'
import { knownPicture, knownText } from '../ready/known-code.ts'
import { type Grade, type ReadyFacts, readinessOf } from '../ready/readiness.ts'
import { ageInWords } from '../words/ages.ts'
import { deskWords } from '../words/desk-words.ts'
import { Icon, type IconName } from './icon.tsx'
import { SettingsPart } from './settings-part.tsx'
import { SheetFrame } from './sheet-frame.tsx'
import { tierInWords } from './status-bar.tsx'
import { useDoor, useListAge, useTools } from './tools.tsx'

/** This tablet: may it be switched off, is it ready, how is it set. */
export function TabletSheet() {
  const { stage, gateName, pending } = useDoor((state) => state.status)
  // A tablet that has no records, or has not read them yet, knows nothing that could be safe.
  const recordless = stage === 'unpaired' || stage === 'pairing' || stage === 'starting'
  return (
    <SheetFrame title="This tablet">
      {(!recordless || pending > 0) && <SafetyPart />}
      {gateName !== null && <FiguresPart />}
      <ReadyPart />
      <SettingsPart />
    </SheetFrame>
  )
}

function SafetyPart() {
  const { door } = useTools()
  const { pending, link } = useDoor((state) => state.status)
  const safe = pending === 0
  const scans = countInWords(pending, 'scan is', 'scans are')
  return (
    <section className="safety" data-safe={safe}>
      <Icon name={safe ? 'check' : 'waiting'} />
      <div>
        <h2>{safe ? 'Safe to switch off' : 'Keep this tablet on'}</h2>
        <p>
          {safe
            ? 'Every scan of this tablet has reached the organiser.'
            : `${scans} kept on this tablet and ${pending === 1 ? 'waits' : 'wait'} to be sent. Nothing is lost while it is off.`}
        </p>
      </div>
      <button type="button" className="button" onClick={door.syncNow}>
        {link === 'alone' ? 'Try to connect' : 'Sync now'}
      </button>
    </section>
  )
}

function FiguresPart() {
  const status = useDoor((state) => state.status)
  const ageMs = useListAge()
  const figures: readonly (readonly [string, string])[] = [
    [
      deskWords(status.gives).count,
      status.peopleInside === null ? '–' : numberInWords(status.peopleInside),
    ],
    ['Tickets on the list', status.tickets === null ? '–' : numberInWords(status.tickets)],
    ['List is', ageMs === null ? '–' : `${ageInWords(ageMs)} old`],
    ['Decides with', { central: 'central', hub: 'the hub', alone: 'its own list' }[status.link]],
  ]
  const { eventName, listName, gateName, link, role } = status
  const where = [eventName, listName, gateName, tierInWords(link), role]
  return (
    <section aria-label="Figures">
      <p className="sheet-note">{where.filter((part) => part !== null).join(' · ')}</p>
      <dl className="figures">
        {figures.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

const signs: Readonly<Record<Grade, IconName>> = {
  good: 'check',
  warn: 'warn',
  bad: 'cross',
  asking: 'waiting',
}
const gradeWords: Readonly<Record<Grade, string>> = {
  good: 'Ready',
  warn: 'Look at this',
  bad: 'Mend this first',
  asking: 'Being tried',
}

function ReadyPart() {
  const state = useDoor((whole) => whole)
  const checks = readinessOf(state, useReadyFacts())
  return (
    <section>
      <h2>Ready for the doors?</h2>
      <ul className="checks">
        {checks.map((check) => (
          <li key={check.name} data-grade={check.grade}>
            <Icon name={signs[check.grade]} />
            <span>
              <b>{check.name}</b>
              <span className="unseen">{gradeWords[check.grade]}: </span>
              <span>{check.says}</span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}

function useReadyFacts(): ReadyFacts {
  const { read } = useTools()
  const [decodes, setDecodes] = useState<boolean | null>(null)
  const [offline, setOffline] = useState(false)
  useEffect(() => {
    read(knownPicture()).then(
      (texts) => setDecodes(texts.includes(knownText)),
      () => setDecodes(false),
    )
    void offlineReady().then(setOffline)
  }, [read])
  return { decodes, offline, needsHomeScreen: needsHomeScreen() && !installedApp() }
}
