import { countInWords } from '@eventpass/domain'
import { useCallback, useEffect, useState } from 'react'
import { central, type Device, type EventDetails, sentenceOf } from './client.ts'
import { deviceName } from './device-name.ts'
import { Fault } from './fault.tsx'
import { PairForm } from './pair-form.tsx'
import { timeInWords } from './times.ts'
import { useAnswer } from './use-answer.ts'

/** While somebody pairs a tablet the list is looked at so often. */
const lookAgainMs = 2_000

export function Devices({
  event,
  canChange,
}: {
  readonly event: string
  readonly canChange: boolean
}) {
  const devices = useAnswer(useCallback(() => central.devicesAdmin.list.query({ event }), [event]))
  const details = useAnswer(useCallback(() => central.events.get.query({ event }), [event]))
  const [fault, setFault] = useState<string | null>(null)
  const { again } = devices
  useEffect(() => {
    const timer = setInterval(again, lookAgainMs)
    return () => clearInterval(timer)
  }, [again])

  const act = (call: Promise<unknown>) =>
    call
      .then(
        () => setFault(null),
        (error: unknown) => setFault(sentenceOf(error)),
      )
      .finally(again)

  return (
    <section aria-labelledby="devices">
      <h2 id="devices">Tablets</h2>
      {fault && <Fault sentence={fault} />}
      {canChange && details.value && <PairForm event={details.value} onFault={setFault} />}
      {devices.value?.length === 0 && <p className="quiet">None paired yet.</p>}
      <ul className="cards">
        {devices.value?.map((device) => (
          <li key={device.id} className={`card ${device.state}`}>
            <div className="card-head">
              <strong>{deviceName(device.no, device.label)}</strong>
              <span className="tag">{stateWords[device.state]}</span>
            </div>
            <p className="quiet">{factsOf(device, details.value).join(' · ')}</p>
            {chainInWords(device).map((sentence) => (
              <p key={sentence} className="chain-fault">
                {sentence}
              </p>
            ))}
            {device.state === 'waiting' && (
              <div className="words">
                <p>
                  Accept only if the tablet shows the same words: <b>{device.words.join(' ')}</b>
                </p>
                {canChange && (
                  <p className="actions">
                    <button
                      type="button"
                      className="main"
                      onClick={() => act(central.devicesAdmin.accept.mutate({ device: device.id }))}
                    >
                      Same words: accept
                    </button>
                    <button
                      type="button"
                      onClick={() => act(central.devicesAdmin.refuse.mutate({ device: device.id }))}
                    >
                      Refuse
                    </button>
                  </p>
                )}
              </div>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}

const stateWords: Record<Device['state'], string> = {
  desk: 'Scans by organisers',
  waiting: 'waits for you',
  active: 'paired',
  revoked: 'revoked',
  retired: 'retired',
  pair_anew: 'must be paired anew',
  refused: 'refused',
}

/** What is amiss with the chain of its scans: a fork, a gap, a missing tail. */
function chainInWords({ forkSeq, throughSeq, highestSeq, signedSeq }: Device): string[] {
  const sentences: string[] = []
  if (forkSeq !== null) {
    sentences.push(`Exists twice from scan ${forkSeq} on: it was copied or restored. Pair it anew.`)
  }
  if (highestSeq > throughSeq && forkSeq === null) {
    sentences.push(`Scans are missing between ${throughSeq} and ${highestSeq}.`)
  }
  const tail = signedSeq - Math.max(highestSeq, throughSeq)
  if (tail > 0)
    sentences.push(`${tail} of its last scans ${tail === 1 ? 'is' : 'are'} not here yet.`)
  return sentences
}

function factsOf(
  { gate, list, role, throughSeq, lastContactMs }: Device,
  event: EventDetails | null,
): string[] {
  const here = `${countInWords(throughSeq, 'scan', 'scans')} here`
  return [
    event?.gates.find(({ id }) => id === gate)?.name ?? 'Gate',
    event?.lists.find(({ id }) => id === list)?.name ?? 'List',
    role,
    lastContactMs === null
      ? here
      : `${here} · last contact ${timeInWords(lastContactMs, event?.timeZone)}`,
  ]
}
