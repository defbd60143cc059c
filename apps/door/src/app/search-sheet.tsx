import { isLongEnough, searchHitsMax, searchLettersMin } from '@eventpass/domain'
import type { SearchHit } from '@eventpass/sync'
import { type FormEvent, useEffect, useState } from 'react'
import { codeLengthMax, looksLikeTicket } from '../scan/in-view.ts'
import { deskWords } from '../words/desk-words.ts'
import { wordsOfFault } from './door-deps.ts'
import { focusNow } from './focus.ts'
import { SheetFrame } from './sheet-frame.tsx'
import { useDoor, useTools } from './tools.tsx'

const searchAfterMs = 120

/** Finds a guest by name without network, or takes a code that is typed. */
export function SearchSheet() {
  const { door } = useTools()
  const role = useDoor((state) => state.status.role)
  const act = useDoor((state) => state.act)
  const words = deskWords(useDoor((state) => state.status.gives))
  const [query, setQuery] = useState('')
  const { hits, fault } = useHits(query)
  const isCode = looksLikeTicket(query)
  // The gate's own measure: signs and spaces are no letters, and some scripts need fewer.
  const enough = isLongEnough(query, role ?? 'steward')
  const lettersMin = searchLettersMin[role ?? 'steward']

  const send = (event: FormEvent) => {
    event.preventDefault()
    if (isCode) door.readText(query, 'typed')
  }

  return (
    <SheetFrame title="Search" ownFocus>
      <form className="search" onSubmit={send}>
        <input
          ref={focusNow}
          type="search"
          aria-label="Name or code"
          placeholder="Name or code"
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          maxLength={codeLengthMax}
          value={query}
          onChange={(event) => setQuery(event.target.value)}
        />
        {isCode && (
          <button type="submit" className="button button-first">
            Check this code
          </button>
        )}
      </form>
      {!isCode && (
        <p className="sheet-note" role="status">
          {fault ?? (enough ? noteFor(hits) : tooShort(lettersMin))}
        </p>
      )}
      <ul className="rows">
        {(hits ?? []).map((hit) => (
          <li key={hit.digest}>
            <button type="button" className="row" onClick={() => door.pick(hit)}>
              <span className="row-main">
                <b>{hit.name}</b>
                <span>
                  {[hit.category, hit.inside ? words.hasUsed : null]
                    .filter((part) => part)
                    .join('\u00a0· ')}
                </span>
              </span>
              <span className="row-act">{act === 'entry' ? words.check : 'Check out'}</span>
            </button>
          </li>
        ))}
      </ul>
    </SheetFrame>
  )
}

/** The hits of the last query that was typed to its end; null before there are any. */
function useHits(query: string): Found {
  const { door } = useTools()
  const [found, setFound] = useState(nothingYet)
  useEffect(() => {
    let wanted = true
    const tell = (part: Partial<Found>) => {
      if (wanted) setFound({ ...nothingYet, ...part })
    }
    tell({})
    const waiting = setTimeout(() => {
      if (query.trim() === '' || looksLikeTicket(query)) return
      door.search(query).then(
        (hits) => tell({ hits }),
        (cause: unknown) => tell({ fault: wordsOfFault(cause) }),
      )
    }, searchAfterMs)
    return () => {
      wanted = false
      clearTimeout(waiting)
    }
  }, [query, door])
  return found
}

interface Found {
  readonly hits: readonly SearchHit[] | null
  /** Why the list could not be searched, which is not the same as nobody found. */
  readonly fault: string | null
}

const nothingYet: Found = { hits: null, fault: null }

function tooShort(lettersMin: number): string {
  return `Type at least ${lettersMin} letters. Accents do not matter.`
}

function noteFor(hits: readonly SearchHit[] | null): string {
  if (hits === null) return 'Searching on this tablet…'
  if (hits.length === 0) return 'Nobody of that name is on the list of this tablet.'
  if (hits.length >= searchHitsMax)
    return `The first ${searchHitsMax} found. Type more of the name.`
  return hits.length === 1 ? 'One found' : `${hits.length} found`
}
