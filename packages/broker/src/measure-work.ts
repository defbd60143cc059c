import type { WorkFigures } from '@eventpass/api'
import { Counter, Gauge, type Registry } from 'prom-client'

/** Has a registry tell what the workers of this process did, and what waits; nothing of a person or a tenant. */
export function measureWork(figures: WorkFigures, registry: Registry): void {
  const counted = (name: string, help: string, read: () => number) =>
    new Counter({
      name,
      help,
      registers: [registry],
      collect() {
        this.reset()
        this.inc(read())
      },
    })
  counted(
    'eventpass_outbox_relayed_total',
    'Outbox rows given to the broker',
    () => figures.relayed,
  )
  counted('eventpass_keys_reconciled_total', 'Keys ruled over', () => figures.reconciled)
  counted(
    'eventpass_messages_consumed_total',
    'Messages whose effect is there',
    () => figures.consumed,
  )
  new Gauge({
    name: 'eventpass_outbox_lag_seconds',
    help: 'Age of the oldest outbox row of the last pass',
    registers: [registry],
    collect() {
      this.set(figures.outboxLagMs / 1_000)
    },
  })
  new Gauge({
    name: 'eventpass_queue_messages',
    help: 'Messages that wait, by topic; parked ones wait for a person',
    labelNames: ['topic', 'state'],
    registers: [registry],
    collect() {
      for (const { topic, ready, parkedMessages } of figures.queues) {
        this.set({ topic, state: 'ready' }, ready)
        this.set({ topic, state: 'parked' }, parkedMessages)
      }
    },
  })
  new Gauge({
    name: 'eventpass_outbox_parked_rows',
    help: 'Work that nobody could do, by topic; it waits for a person',
    labelNames: ['topic'],
    registers: [registry],
    collect() {
      for (const { topic, parked } of figures.queues) this.set({ topic }, parked)
    },
  })
}
