import type { GateStatus, HistoryRow } from '@eventpass/sync'
import { useEffect, useState } from 'react'
import { reasonInShort } from '../words/history-words.ts'
import { timeOfDay } from '../words/times.ts'
import { Icon, type IconName } from './icon.tsx'
import { SheetFrame } from './sheet-frame.tsx'
import { useDoor, useTools } from './tools.tsx'
import { UndoForm } from './undo-form.tsx'

/** The last scans of this tablet, newest first, and the way to undo one. */
export function HistorySheet() {
  const { door } = useTools()
  const pending = useDoor((state) => state.status.pending)
  const role = useDoor((state) => state.status.role)
  const gives = useDoor((state) => state.status.gives)
  const [open, setOpen] = useState<string | null>(null)
  const [round, setRound] = useState(0)
  const { rows, fault } = useRows(`${pending} ${round}`)

  const undone = (said: string) => {
    door.remark(said)
    setOpen(null)
    setRound(round + 1)
  }

  return (
    <SheetFrame title="History">
      <p className="sheet-note" role="status">
        {fault ?? noteFor(rows)}
      </p>
      <ul className="rows">
        {(rows ?? []).map((row) => (
          <li key={row.id} data-voided={row.voided}>
            <div className="row">
              <span className="row-sign" data-tone={row.verdict}>
                <Icon name={signs[row.verdict]} />
              </span>
              <span className="row-main">
                <b>{row.name ?? 'No name known'}</b>
                <span>{wordsFor(row, gives)}</span>
              </span>
              {row.verdict === 'admit' && !row.voided && row.act !== 'void' && (
                <button
                  type="button"
                  className="button"
                  aria-expanded={open === row.id}
                  onClick={() => setOpen(open === row.id ? null : row.id)}
                >
                  Undo
                </button>
              )}
            </div>
            {open === row.id && (
              <UndoForm
                name={row.name}
                needsNote={role === 'supervisor'}
                undo={(note) => door.undo(row.id, note).then(undone)}
              />
            )}
          </li>
        ))}
      </ul>
    </SheetFrame>
  )
}

/** The rows, read again whenever `moment` changes: what is pending has moved, or one was undone. */
function useRows(moment: string) {
  const { door } = useTools()
  const [read, setRead] = useState<Read>({ moment: '', rows: null, fault: null })
  useEffect(() => {
    let wanted = true
    const tell = (part: Partial<Read>) => {
      if (wanted) setRead({ moment, rows: null, fault: null, ...part })
    }
    door.history().then(
      (rows) => tell({ rows }),
      (cause: Error) => tell({ fault: cause.message }),
    )
    return () => {
      wanted = false
    }
  }, [door, moment])
  return read
}

interface Read {
  readonly moment: string
  readonly rows: readonly HistoryRow[] | null
  readonly fault: string | null
}

const signs: Readonly<Record<HistoryRow['verdict'], IconName>> = {
  admit: 'check',
  refuse: 'cross',
  attention: 'warn',
}

function wordsFor(row: HistoryRow, gives: GateStatus['gives']): string {
  return [timeOfDay(row.atMs), reasonInShort(row, gives), row.pending ? 'not sent yet' : null]
    .filter((part) => part !== null)
    .join(' · ')
}

function noteFor(rows: readonly HistoryRow[] | null): string {
  if (rows === null) return 'Reading the scans of this tablet…'
  return rows.length === 0
    ? 'Nothing was scanned on this tablet yet.'
    : 'The last scans of this tablet'
}
