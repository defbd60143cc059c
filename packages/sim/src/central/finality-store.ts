import type { FinalityStore } from '@eventpass/api'
import { letIn } from './rows.ts'
import type { Scope } from './scope.ts'

export function createModelFinality(scope: Scope): FinalityStore {
  const { devices, contacts, frames, statement } = scope
  return {
    async findSources(event) {
      await statement()
      const own = devices
        .all()
        .filter((row) => row.event === event && letIn(row) !== null)
        .sort((a, b) => a.no - b.no)
      return {
        nowMs: Math.floor(scope.clockMs()),
        sources: own.map(({ id, no, label, gate, ...row }) => {
          const met = contacts.all().filter(({ device }) => device === id)
          const here = met.filter(({ headSeq }) => headSeq <= row.throughSeq)
          const [latest] = here.sort((a, b) => b.tiMs - a.tiMs)
          const closed = [row.retiredHeadSeq, row.forkSeq === null ? null : row.forkSeq - 1]
          const ends = closed.filter((seq) => seq !== null)
          return {
            ...{ device: id, deviceNo: no, label, lastHeardMs: row.lastContactMs },
            gateName: frames.all().find((frame) => frame.gate?.id === gate)?.gate?.name ?? '',
            throughSeq: row.throughSeq,
            signedSeq: Math.max(row.throughSeq, ...met.map(({ headSeq }) => headSeq)),
            closedAtSeq: ends.length === 0 ? null : Math.min(...ends),
            contact: latest ?? null,
          }
        }),
      }
    },
  }
}
