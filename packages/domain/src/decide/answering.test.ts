import { expect, test } from 'vitest'
import type { DeviceId, Digest, EventId, ScanId } from '../ids.ts'
import type { ScanBody } from '../scan.ts'
import { answeringOf } from './answering.ts'
import { digest, elsewhere, here, NOW_MS, north } from './testing.ts'

function attention(id: string, of: Partial<ScanBody> = {}): ScanBody {
  return {
    v: 1,
    id: id as ScanId,
    event: 'event' as EventId,
    device: 'device' as DeviceId,
    seq: 1,
    epoch: 1,
    monoMs: 0,
    wallMs: NOW_MS,
    list: here,
    gate: north,
    act: 'entry',
    input: 'camera',
    role: 'steward',
    digest,
    verdict: 'attention',
    reason: 'unpaid',
    tier: 'replica',
    forced: false,
    forceSent: false,
    answers: null,
    target: null,
    revision: 1,
    textHashes: { code: null, answer: null, note: null },
    ...of,
  }
}

const first = attention('first')
const second = attention('second', { reason: 'old_list', answers: first.id })

test('[DC1] a choice confirms what its chain of attentions has shown, and names the last', () => {
  expect(answeringOf([first])).toEqual({
    scan: 'first',
    digest,
    list: here,
    act: 'entry',
    confirmed: ['unpaid'],
  })
  expect(answeringOf([second, first])).toMatchObject({
    scan: 'second',
    confirmed: ['old_list', 'unpaid'],
  })
})

test('[DC1] what is no chain of attentions about one code confirms nothing', () => {
  const broken: readonly (readonly ScanBody[])[] = [
    [],
    [second],
    [first, second],
    [attention('first', { verdict: 'refuse' })],
    [second, { ...first, digest: 'ee'.repeat(16) as Digest }],
    [second, { ...first, list: elsewhere }],
    [second, { ...first, act: 'exit' }],
    Array.from({ length: 9 }, (_, at) =>
      attention(`${at}`, { answers: at === 8 ? null : (`${at + 1}` as ScanId) }),
    ),
  ]
  for (const chain of broken) expect(answeringOf(chain)).toBeNull()
})
