import { Agent, request } from 'node:http'
import type { ClaimInput, ClaimOutput } from '@eventpass/sync'
import type { Heard } from './history.ts'

/** A client waits no longer; what it asked may be there all the same. */
const answerMsMax = 2_000
const agent = new Agent({ keepAlive: true })

interface Reply {
  readonly status: number
  readonly data: unknown
  /** What tRPC names a failure of central's. */
  readonly failure: string | null
}

/** Calls a procedure over HTTP. Throws where no whole answer comes in time. */
export function callCentral(
  origin: string,
  procedure: string,
  input: unknown,
  pass: string | null,
): Promise<Reply> {
  const body = JSON.stringify(input)
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    ...(pass !== null && { authorization: `Device ${pass}` }),
  }
  const signal = AbortSignal.timeout(answerMsMax)
  return new Promise((resolve, reject) => {
    const options = { method: 'POST', agent, headers, signal }
    const call = request(`${origin}/trpc/${procedure}`, options, (answer) => {
      let text = ''
      answer.setEncoding('utf8')
      answer.on('data', (chunk: string) => {
        text += chunk
      })
      answer.on('error', reject)
      answer.on('end', () => {
        try {
          const { result, error } = JSON.parse(text)
          const failure = error?.data?.failure ?? null
          resolve({ status: answer.statusCode ?? 0, data: result?.data, failure })
        } catch (fault) {
          reject(fault)
        }
      })
    })
    call.on('error', reject)
    call.end(body)
  })
}

/** Asks for a claim once; answers what was heard of it. */
export async function askClaim(
  origin: string,
  what: 'scan' | 'gift',
  intent: ClaimInput,
  pass: string,
): Promise<Heard> {
  try {
    return toHeard(await callCentral(origin, `${what}.claim`, intent, pass))
  } catch (fault) {
    return { kind: 'unknown', why: fault instanceof Error ? fault.name : 'no answer' }
  }
}

function toHeard({ status, data, failure }: Reply): Heard {
  if (status >= 500) return { kind: 'unknown', why: `HTTP ${status}` }
  if (failure === 'op_reused') return { kind: 'op_reused' }
  if (status !== 200) return { kind: 'wrong', what: `HTTP ${status} ${failure ?? ''}` }
  const answer = data as ClaimOutput
  if (answer.outcome === 'provisional') return { kind: 'unknown', why: 'provisional' }
  if (answer.outcome === 'ask_hub') return { kind: 'wrong', what: 'there is no hub to ask' }
  const { ticket: _, ...rest } = answer
  const told = JSON.stringify({ ...rest, verdict: { ...rest.verdict, notice: null } })
  return answer.outcome === 'taken'
    ? { kind: 'taken', by: answer.by.scan, told }
    : { kind: answer.outcome, told }
}
