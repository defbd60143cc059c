import { journalContract } from './journal.contract.ts'
import { createMemoryJournal } from './memory-journal.fake.ts'

journalContract(async (limits) => {
  const { journal, reopen } = createMemoryJournal(limits)
  return { journal, reopen: async () => reopen() }
})
