import { type FormEvent, useState } from 'react'
import { central, type EventDetails, sentenceOf } from './client.ts'
import { type Pairing, PairingLink } from './pairing-link.tsx'

/** Makes a link for one tablet, and shows it while it can be used. */
export function PairForm({
  event,
  onFault,
}: {
  readonly event: EventDetails
  readonly onFault: (sentence: string) => void
}) {
  const [minted, setMinted] = useState<Pairing | null>(null)
  const submit = async (submitted: FormEvent<HTMLFormElement>) => {
    submitted.preventDefault()
    const place = { event: event.id, ...placeIn(new FormData(submitted.currentTarget)) }
    try {
      const { pairing, path } = await central.devicesAdmin.pair.mutate(place)
      setMinted({ pairing, link: new URL(path, location.origin).href })
    } catch (error) {
      onFault(sentenceOf(error))
    }
  }
  return (
    <form className="pair" onSubmit={submit}>
      <Choice label="Gate" name="gate" among={event.gates} />
      <Choice label="List" name="list" among={event.lists} />
      <label>
        Role
        <select name="role">
          <option value="steward">Steward</option>
          <option value="supervisor">Supervisor</option>
        </select>
      </label>
      <button type="submit" className="main">
        Make a pairing link
      </button>
      {minted && <PairingLink key={minted.pairing} {...minted} />}
    </form>
  )
}

function Choice({
  label,
  name,
  among,
}: {
  readonly label: string
  readonly name: string
  readonly among: readonly { readonly id: string; readonly name: string }[]
}) {
  return (
    <label>
      {label}
      <select name={name}>
        {among.map(({ id, name: shown }) => (
          <option key={id} value={id}>
            {shown}
          </option>
        ))}
      </select>
    </label>
  )
}

function placeIn(form: FormData) {
  return {
    list: String(form.get('list')),
    gate: String(form.get('gate')),
    role: form.get('role') === 'supervisor' ? ('supervisor' as const) : ('steward' as const),
  }
}
