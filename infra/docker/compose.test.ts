/**
 * Goal: the compose file brings what development needs, on this machine alone and always the same.
 * Method: its text, service by service; where a Docker engine answers, the tests of the services
 * start it for real.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const text = readFileSync(join(import.meta.dirname, 'docker-compose.yml'), 'utf8')

/** What stands under each service, by its name. */
const services = new Map(
  (text.split(/^services:\n/m)[1] ?? '')
    .split(/^ {2}(?=\w+:$)/m)
    .filter((block) => block.trim() !== '')
    .map((block) => [block.slice(0, block.indexOf(':')), block] as const),
)

test('Postgres with Timescale, Redis, RabbitMQ, Prometheus and Grafana are there', () => {
  expect([...services.keys()].sort()).toEqual([
    'grafana',
    'postgres',
    'prometheus',
    'rabbitmq',
    'redis',
  ])
  expect(services.get('postgres')).toMatch(/image: timescale\/timescaledb:/)
})

test('every image has a version of its own, so that each start is the same', () => {
  for (const [name, block] of services) {
    expect([name, /^ {4}image: [\w./-]+:[\w.-]*\d[\w.-]*$/m.test(block)]).toEqual([name, true])
  }
})

test('every port is on the loopback interface, and can be moved out of the way', () => {
  for (const [name, block] of services) {
    const ports = /^ {4}ports: \[(.+)\]$/m.exec(block)?.[1]?.split(', ') ?? []
    expect([name, ports.length]).toEqual([name, 1])
    expect(ports[0]).toMatch(/^"127\.0\.0\.1:\$\{[A-Z]+_PORT:-\d+\}:\d+"$/)
  }
})

test('what tests wait for says when it is ready; what watches comes only when asked for', () => {
  for (const name of ['postgres', 'redis', 'rabbitmq']) {
    expect(services.get(name)).toContain('healthcheck:')
  }
  for (const name of ['prometheus', 'grafana']) {
    expect(services.get(name)).toContain('profiles: [watch]')
  }
})

test('every file that a service mounts is there', () => {
  const mounted = [...text.matchAll(/"\.\/([\w.-]+):/g)].map(([, name = '']) => name)
  expect(mounted.length).toBeGreaterThan(0)
  expect(mounted.filter((name) => !existsSync(join(import.meta.dirname, name)))).toEqual([])
})

test('alarms watch figures that the server gives, and come with Prometheus', () => {
  const folder = import.meta.dirname
  const alarms = readFileSync(join(folder, 'prometheus-alarms.yml'), 'utf8')
  const given = readFileSync(join(folder, '../../apps/server/src/http/metrics.ts'), 'utf8')
  const figures = [...alarms.matchAll(/eventpass_\w+/g)].map(([figure]) => figure)
  expect(figures.length).toBeGreaterThan(0)
  expect(figures.filter((figure) => !given.includes(`'${figure}'`))).toEqual([])
  expect(services.get('prometheus')).toContain('./prometheus-alarms.yml:/etc/prometheus/alarms.yml')
  expect(readFileSync(join(folder, 'prometheus.yml'), 'utf8')).toContain('alarms.yml')
})
