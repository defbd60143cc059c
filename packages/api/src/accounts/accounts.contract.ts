import { expect, test } from 'vitest'
import {
  openBrowser,
  openColleague,
  openTenant,
  password,
  unique,
  type World,
} from '../tenancy/world.contract.ts'
import { signInsPerEmailMax } from './sign-in.ts'

/** People and sessions, over real stores. */
export function accountsContract(open: () => World): void {
  test('[AC1] whoever signs up owns a new tenant and is signed in', async () => {
    const owner = await openTenant(open())
    const me = await (await owner.call()).accounts.me()
    expect(me.user).toMatchObject({ email: owner.email, role: 'owner' })
  })

  test('[AC2] signing in needs the right password, and tells nothing of which part was wrong', async () => {
    const world = open()
    const { email } = await openTenant(world)
    const visitor = await openBrowser(world).call()
    const wrong = await visitor.accounts.signin({ email, password: 'not this one' }).catch(String)
    const nobody = await visitor.accounts
      .signin({ email: `${unique('nobody')}@example.org`, password })
      .catch(String)
    expect(wrong).toContain('do not match')
    expect(nobody).toBe(wrong)

    const browser = openBrowser(world)
    await (await browser.call()).accounts.signin({ email: email.toUpperCase(), password })
    expect((await (await browser.call()).accounts.me()).user.email).toBe(email)
  })

  test('[AC2] guessing passwords of one address ends in a wait, also from many places', async () => {
    const world = open()
    const { email } = await openTenant(world)
    for (let tries = 0; tries < signInsPerEmailMax; tries += 1) {
      const visitor = await openBrowser(world).call()
      await visitor.accounts.signin({ email, password: 'guess' }).catch(() => {})
    }
    const visitor = await openBrowser(world).call()
    await expect(visitor.accounts.signin({ email, password })).rejects.toMatchObject({
      code: 'TOO_MANY_REQUESTS',
    })
    world.clock.ms += 16 * 60_000
    await visitor.accounts.signin({ email, password })
  })

  test('[AC1] one e-mail address is one person, across all tenants', async () => {
    const world = open()
    const { email } = await openTenant(world)
    const visitor = await openBrowser(world).call()
    const again = visitor.accounts.signup({
      organisation: 'Other',
      email: email.toUpperCase(),
      password,
    })
    await expect(again).rejects.toMatchObject({ code: 'CONFLICT' })
    const other = await openTenant(world)
    const added = (await other.call()).accounts.addUser({ email, role: 'auditor', password })
    await expect(added).rejects.toMatchObject({ code: 'CONFLICT' })
  })

  test('[AC1] two who sign up with one address at the same moment are one account', async () => {
    const world = open()
    const email = `${unique('twin')}@example.org`
    const tries = await Promise.allSettled(
      [openBrowser(world), openBrowser(world)].map(async (browser) =>
        (await browser.call()).accounts.signup({ organisation: 'Twins', email, password }),
      ),
    )
    expect(tries.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  })

  test('[AC3] refreshing exchanges the session, and signing out ends it', async () => {
    const world = open()
    const owner = await openTenant(world)
    const first = owner.session()
    await (await owner.call()).accounts.refresh()
    const second = owner.session()
    expect(second?.secret).not.toBe(first?.secret)
    const stale = openBrowser(world, first)
    await expect((await stale.call()).accounts.me()).rejects.toMatchObject({ code: 'UNAUTHORIZED' })

    await (await owner.call()).accounts.signout()
    expect(owner.session()).toBeNull()
    const ended = openBrowser(world, second)
    await expect((await ended.call()).accounts.me()).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
  })

  test('[AC2] a password is neither short nor longer than bcrypt reads', async () => {
    const world = open()
    const visitor = await openBrowser(world).call()
    for (const bad of ['short', 'é'.repeat(37)]) {
      const email = `${unique('bad')}@example.org`
      const tried = visitor.accounts.signup({ organisation: 'X', email, password: bad })
      await expect(tried).rejects.toMatchObject({ code: 'BAD_REQUEST' })
    }
  })

  test('an owner sees colleagues; others may not look', async () => {
    const world = open()
    const owner = await openTenant(world)
    const auditor = await openColleague(world, owner, 'auditor')
    expect((await (await owner.call()).accounts.users()).map(({ role }) => role).sort()).toEqual([
      'auditor',
      'owner',
    ])
    await expect((await auditor.call()).accounts.users()).rejects.toMatchObject({
      code: 'FORBIDDEN',
    })
  })

  test('[AC1] where accounts are made by the operator nobody signs up', async () => {
    const world = open()
    const closed = { ...world, deps: { ...world.deps, signupOpen: false } }
    const visitor = await openBrowser(closed).call()
    const email = `${unique('late')}@example.org`
    await expect(
      visitor.accounts.signup({ organisation: 'X', email, password }),
    ).rejects.toMatchObject({ code: 'FORBIDDEN' })
  })
}
