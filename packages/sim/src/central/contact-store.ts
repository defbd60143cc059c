import type { ContactStore } from '@eventpass/api'
import type { Scope } from './scope.ts'

export function createModelContacts(scope: Scope): ContactStore {
  const { challenges, contacts, devices, statement } = scope
  return {
    async openChallenge(device, nonceHash) {
      await statement()
      const tiMs = Math.floor(scope.clockMs())
      challenges.set(nonceHash, { device, tiMs, usedMs: null })
      return tiMs
    },

    async takeChallenge(device, nonceHash, challengeMsMax) {
      await scope.lock(`challenge/${nonceHash}`)
      await statement()
      const row = challenges.get(nonceHash)
      if (row?.device !== device || row.usedMs !== null) return null
      if (row.tiMs < scope.clockMs() - challengeMsMax) return null
      const trMs = Math.ceil(scope.clockMs())
      challenges.set(nonceHash, { ...row, usedMs: trMs })
      return { tiMs: row.tiMs, trMs }
    },

    async saveContact(contact) {
      await statement()
      const { device, epoch, headSeq, node } = contact
      const name = `${device}/${epoch}/${headSeq}/${node}`
      const [first, last] = [contacts.get(`${name}/first`), contacts.get(`${name}/last`)]
      if (!first || contact.trMs < first.trMs) {
        contacts.set(`${name}/first`, { ...contact, place: 'first' })
      }
      if (!last || contact.tiMs > last.tiMs) {
        contacts.set(`${name}/last`, { ...contact, place: 'last' })
      }
      const row = devices.get(device)
      if (row) devices.set(device, { ...row, lastContactMs: contact.trMs })
    },
  }
}
