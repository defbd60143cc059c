import type { ApiDeps } from '@eventpass/api'
import { fail } from '@eventpass/domain'
import type { UpstreamAnswer } from '@eventpass/sync'
import type { Random } from '../kernel/random.ts'
import type { RareState } from '../run/rare.ts'
import type { ApiNode } from './api-node.ts'

/** Sends each request to one of the nodes that run. What a node was asked when it died is never answered. */
export function createBalancer(
  nodes: readonly ApiNode[],
  random: Random,
  note: (state: RareState) => void,
): (work: (by: ApiDeps) => Promise<UpstreamAnswer>) => Promise<UpstreamAnswer> {
  const noteProvisional = (asked: ApiNode, hadDoubt: boolean) => {
    note('provisional_answered')
    if (hadDoubt) note('failover_during_commit')
    const sees = nodes.some((other) => other !== asked && other.running() && other.client.isHere())
    if (sees && !asked.client.isHere()) note('nodes_saw_database_differently')
  }
  return async (work) => {
    const up = nodes.filter((node) => node.running())
    const node = up.length > 0 ? random.pick(up) : null
    const running = node?.running()
    if (!node || !running) return fail({ kind: 'unreachable' })
    const doubts = running.countDoubts()
    const answer = await work(running.deps)
    await running.process.goOn()
    if (isProvisional(answer)) noteProvisional(node, running.countDoubts() > doubts)
    return answer
  }
}

/** Whether a node wrote down what it was asked, and decides it later. */
export function isProvisional(answer: UpstreamAnswer): boolean {
  if (!answer.ok || typeof answer.value !== 'object' || answer.value === null) return false
  return 'outcome' in answer.value && answer.value.outcome === 'provisional'
}
