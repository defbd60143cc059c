export { emptyJournalDisk, type JournalDisk, openMemoryJournal } from './memory-journal.fake.ts'
