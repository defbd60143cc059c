import { groupBy } from '../group-by.ts'
import type { ChainLink, Fork, LedgerHead, SeqRange } from './chain.ts'

/** A link that is named counts as much as one that is here: only a second scan can be meant by it. */
export function findForks(
  ordered: readonly ChainLink[],
  signedHeads: readonly LedgerHead[],
): readonly Fork[] {
  const named: readonly LedgerHead[] = [
    ...ordered,
    ...ordered.map((link) => ({ seq: link.seq - 1, hash: link.prev })),
    ...signedHeads,
  ].filter(({ seq }) => seq > 0)
  return [...groupBy(named, ({ seq }) => seq)]
    .map(([seq, those]) => ({ seq, hashes: [...new Set(those.map(({ hash }) => hash))].sort() }))
    .filter(({ hashes }) => hashes.length > 1)
    .sort((a, b) => a.seq - b.seq)
}

/** Numbers that are missing between `afterSeq` and the highest of the given, which rise. */
export function findGaps(presentSeqs: readonly number[], afterSeq: number): readonly SeqRange[] {
  return presentSeqs.flatMap((seq, at) => {
    const before = presentSeqs[at - 1] ?? afterSeq
    return seq > before + 1 ? [{ fromSeq: before + 1, throughSeq: seq - 1 }] : []
  })
}

/** Numbers that were signed for beyond the highest that is here. */
export function findMissingTail(
  highestSeq: number,
  signedHeads: readonly LedgerHead[],
): SeqRange | null {
  const signedSeq = signedHeads.reduce((highest, { seq }) => Math.max(highest, seq), 0)
  return signedSeq > highestSeq ? { fromSeq: highestSeq + 1, throughSeq: signedSeq } : null
}
