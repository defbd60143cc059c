import type { PasswordHasher } from '@eventpass/api'
import { compare, hash } from '@node-rs/bcrypt'

/** About a quarter of a second a guess on today's machines. */
const cost = 12

/** bcrypt. `cost` is lower in tests alone. */
export function createPasswordHasher(
  options: { readonly cost: number } = { cost },
): PasswordHasher {
  return {
    hash: (password) => hash(password, { cost: options.cost }),
    verify: (password, hashed) => compare(password, hashed),
  }
}
