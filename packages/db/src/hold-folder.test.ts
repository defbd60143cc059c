import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'

const processes = 3
const folders = 60

/** Reaches for one folder after the other, each at the moment at which the others do, and says which it got. */
const reacher = (dir: string) => `
  import('${import.meta.dirname}/hold-folder.ts').then(async ({ holdFolder }) => {
    const got = []
    console.log('ready')
    const [start] = await new Promise((resolve) => process.stdin.once('data', (line) => resolve([Number(line)])))
    for (let at = 0; at < ${folders}; at += 1) {
      while (Date.now() < start + at * 20);
      await holdFolder('${dir}/' + at).then(() => got.push(at), () => {})
    }
    console.log(JSON.stringify(got))
    process.stdin.once('data', () => process.exit(0))
  })`

test.each([
  ['new folders', false],
  ['folders of a dead process', true],
])('of processes that reach for %s at once, each has one holder', async (_, dead) => {
  const dir = await mkdtemp(join(tmpdir(), 'eventpass-hold-'))
  if (dead) {
    for (let at = 0; at < folders; at += 1) await writeFile(join(dir, `${at}.lock`), '1 12345')
  }
  const children = Array.from({ length: processes }, () =>
    spawn(process.execPath, ['--import', 'tsx', '-e', reacher(dir)]),
  )
  try {
    const said = children.map(({ stdout }) => text(stdout))
    await Promise.all(children.map(({ stdout }) => once(stdout, 'data')))
    const start = Date.now() + 200
    for (const { stdin } of children) stdin.write(`${start}\n`)
    await Promise.all(children.map(({ stdout }) => once(stdout, 'data')))
    for (const { stdin } of children) stdin.write('end\n')
    const got = (await Promise.all(said)).map((lines) => JSON.parse(lines.split('\n')[1] ?? ''))
    const all: number[] = got.flat()
    expect(all.toSorted((a, b) => a - b)).toEqual(Array.from({ length: folders }, (_, at) => at))
  } finally {
    for (const child of children) child.kill('SIGKILL')
    await rm(dir, { recursive: true })
  }
})
