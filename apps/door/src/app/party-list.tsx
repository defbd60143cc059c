import { type DeskWords, deskWords } from '../words/desk-words.ts'
import type { PartyMember } from './door-state.ts'
import { Icon } from './icon.tsx'
import { useDoor, useTools } from './tools.tsx'

/** The others of a party: one, some or all come in with one tap, each by a scan of their own. */
export function PartyList() {
  const { door } = useTools()
  const party = useDoor((state) => state.party)
  const checking = useDoor((state) => state.checking)
  const words = deskWords(useDoor((state) => state.status.gives))
  const due = party.filter((one) => one.outcome === null)
  const chosen = due.filter((one) => one.chosen).length
  return (
    <div className="party">
      <ul className="party-rows">
        {party.map((member) => (
          <li key={member.hit.digest} data-tone={member.outcome?.tone ?? 'open'}>
            <PartyRow member={member} />
          </li>
        ))}
      </ul>
      {due.length > 0 && (
        <button
          type="button"
          className="act act-first"
          disabled={chosen === 0 || checking}
          onClick={() => void door.admitParty()}
        >
          {wordsFor(words, chosen, due.length, party.length)}
        </button>
      )}
    </div>
  )
}

function PartyRow({ member: { hit, chosen, outcome } }: { readonly member: PartyMember }) {
  const { door } = useTools()
  if (outcome !== null) {
    return (
      <p className="party-row">
        <Icon name={outcome.tone === 'admit' ? 'check' : 'warn'} />
        <span className="party-name">{hit.name}</span>
        <span>{outcome.word}</span>
      </p>
    )
  }
  return (
    <label className="party-row">
      <input
        type="checkbox"
        checked={chosen}
        onChange={(event) => door.chooseMember(hit.digest, event.target.checked)}
      />
      <span className="party-name">{hit.name}</span>
    </label>
  )
}

function wordsFor(words: DeskWords, chosen: number, due: number, all: number): string {
  if (chosen === 0) return words.partyChoose
  if (chosen === all)
    return all === 1 ? words.partyOther : `${words.partySome(`all ${all} others`)} too`
  return words.partySome(due === chosen ? `the other ${chosen}` : `${chosen} of ${due}`)
}
