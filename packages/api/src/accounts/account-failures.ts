export interface EmailTaken {
  readonly kind: 'email_taken'
  readonly message: string
}

export const emailTaken = {
  kind: 'email_taken',
  message: 'This e-mail address has an account already. Sign in, or use another address.',
} as const

export const tooManyAttempts = {
  kind: 'too_many_attempts',
  message: 'Too many attempts. Wait a quarter of an hour and try again.',
} as const

/** Says the same whether the address or the password was wrong. */
export const wrongCredentials = {
  kind: 'wrong_credentials',
  message: 'E-mail address and password do not match. Check both and try again.',
} as const
