import type { Gate } from '@eventpass/sync'
import type { FromWorker, Port, ToWorker } from './messages.ts'

/**
 * Answers the page's calls with a gate that may come later: calls wait until it is there.
 *
 * A fault crosses as its message alone; the gate words it for people.
 */
export function serveGate(port: Port<ToWorker, FromWorker>, gateReady: Promise<Gate>): void {
  port.addEventListener('message', ({ data }) => {
    if (data.kind !== 'call') return
    gateReady
      .then((gate) => {
        const method = gate[data.method] as (...args: unknown[]) => Promise<unknown>
        return method(...data.args)
      })
      .then(
        (value) => port.postMessage({ kind: 'answer', id: data.id, value }),
        (fault: unknown) =>
          port.postMessage({ kind: 'fault', id: data.id, message: messageOf(fault) }),
      )
  })
  void gateReady.then(
    (gate) => gate.watch((status) => port.postMessage({ kind: 'status', status })),
    () => undefined,
  )
}

/** What went wrong, for people; never empty. */
function messageOf(fault: unknown): string {
  const message = fault instanceof Error ? fault.message : String(fault)
  return message === '' ? 'Something went wrong inside this tablet.' : message
}
