import type { ReactNode } from 'react'
import { verdictAloud } from '../words/verdict-words.ts'
import { ClosedScreen } from './closed-screen.tsx'
import { HistorySheet } from './history-sheet.tsx'
import { LoadingScreen } from './loading-screen.tsx'
import { Remark } from './notices.tsx'
import { PairScreen, WordsScreen } from './pair-screen.tsx'
import { ScanScreen } from './scan-screen.tsx'
import { SearchSheet } from './search-sheet.tsx'
import { StatusBar } from './status-bar.tsx'
import { TabletSheet } from './tablet-sheet.tsx'
import { useDoor } from './tools.tsx'
import { TroubleScreen } from './trouble-screen.tsx'
import { VerdictScreen } from './verdict-screen.tsx'

/** The whole door: the status bar, the screen of its stage, and what lies over it. */
export function App() {
  const left = useDoor((state) => state.settings.leftHanded)
  return (
    <div className="door" data-hand={left ? 'left' : 'right'}>
      <StatusBar />
      <div className="door-main">
        <Screens />
        <Remark />
      </div>
      <Aloud />
    </div>
  )
}

/** What is covered is out of reach for keys and screen readers too. */
function Screens() {
  const over = useOver()
  return (
    <>
      <div className="door-stage" inert={over !== null}>
        <Stage />
      </div>
      {over}
    </>
  )
}

function Stage() {
  const stage = useDoor((state) => state.status.stage)
  const words = useDoor((state) => state.status.words)
  switch (stage) {
    case 'unpaired':
    case 'pair_anew':
    case 'revoked':
      return <PairScreen stage={stage} />
    case 'pairing':
      return <WordsScreen words={words ?? []} />
    case 'loading':
      return <LoadingScreen />
    case 'ready':
      return <ScanScreen />
    case 'starting':
    case 'read_only':
    case 'locked':
      return <ClosedScreen stage={stage} />
  }
}

function useOver(): ReactNode {
  const stage = useDoor((state) => state.status.stage)
  const sheet = useDoor((state) => state.sheet)
  const shown = useDoor((state) => state.shown)
  const trouble = useDoor((state) => state.trouble)
  if (sheet === 'tablet') return <TabletSheet />
  if (stage !== 'ready') return null
  if (sheet === 'search') return <SearchSheet />
  if (sheet === 'history') return <HistorySheet />
  if (trouble?.unsaved) return <TroubleScreen trouble={trouble} />
  return shown === null ? null : <VerdictScreen shown={shown} key={shown.id} />
}

/** Says each verdict to screen readers, at once; a new number makes the same words new. */
function Aloud() {
  const shown = useDoor((state) => state.shown)
  const trouble = useDoor((state) => state.trouble)
  return (
    <div className="unseen" aria-live="assertive" aria-atomic="true">
      {shown !== null && <p key={shown.id}>{verdictAloud(shown.words)}</p>}
      {trouble?.unsaved && <p key={trouble.id}>Not saved. {trouble.message}</p>}
    </div>
  )
}
