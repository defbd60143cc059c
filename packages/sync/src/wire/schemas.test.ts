/**
 * Goal: no message changes unseen (SY7).
 * Method: the JSON Schema of every message, hashed. Where this test fails, either take the change
 * back, or raise PROTOCOL_VERSION, write its line of history, keep reading the version
 * before, and put the new hash here under its number.
 */
import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { ScanBodyJson } from '../chain/scan-body.ts'
import { ClaimInput, ClaimOutput } from './claim.ts'
import { Challenge, ChallengeInput, ContactInput, ContactOutput, Receipt } from './contact.ts'
import {
  DeviceGrant,
  PairStartInput,
  PairStartOutput,
  PairStatusInput,
  PairStatusOutput,
} from './pairing.ts'
import { Signed } from './primitives.ts'
import {
  ManifestDelta,
  PullInput,
  PullOutput,
  SnapshotInput,
  SnapshotMeta,
  SnapshotOutput,
} from './pull.ts'
import { PushInput, PushOutput } from './push.ts'
import { PROTOCOL_VERSION } from './version.ts'

const messages = {
  Challenge,
  ChallengeInput,
  ClaimInput,
  ClaimOutput,
  ContactInput,
  ContactOutput,
  DeviceGrant,
  ManifestDelta,
  PairStartInput,
  PairStartOutput,
  PairStatusInput,
  PairStatusOutput,
  PullInput,
  PullOutput,
  PushInput,
  PushOutput,
  Receipt,
  ScanBodyJson,
  Signed,
  SnapshotInput,
  SnapshotMeta,
  SnapshotOutput,
}

const hashesByVersion: Readonly<Record<number, string>> = {
  1: 'c49052477431a1942676b4362da196d3ebf30b91d18b3378c9bc86cd18f91f39',
  2: 'da5b1483f58ff0d3d31ec87b737d74fa940fc5f53966621a59cac6606bbf5795',
  3: '3321e4104a4f4073144838efc3aa6eccc16cf652d9bfff7a3649ca96bdf99079',
}

test('[SY7] the messages of this version are the ones that were hashed under its number', () => {
  expect(hashOf(messages)).toBe(hashesByVersion[PROTOCOL_VERSION])
})

test('[SY7] a field that is added, dropped, narrowed or renamed changes the hash', () => {
  const before = hashOf({ Receipt })
  expect(hashOf({ Receipt: Receipt.extend({ more: z.string().optional() }) })).not.toBe(before)
  expect(hashOf({ Receipt: Receipt.omit({ incarnation: true }) })).not.toBe(before)
  expect(hashOf({ Receipt: Receipt.extend({ throughSeq: z.int().max(5) }) })).not.toBe(before)
  expect(hashOf({ Other: Receipt })).not.toBe(before)
})

test('[SY7] every message that asks carries its version', () => {
  for (const input of [
    ChallengeInput,
    ClaimInput,
    PairStartInput,
    PullInput,
    PushInput,
    SnapshotInput,
  ]) {
    expect(Object.keys(input.shape)).toContain('protocol')
  }
})

function hashOf(schemas: Readonly<Record<string, z.ZodType>>): string {
  const shapes = Object.entries(schemas)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, schema]) => [
      name,
      z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }),
    ])
  return createHash('sha256').update(JSON.stringify(shapes)).digest('hex')
}
