/** The content security policy of the organiser's pages; each answer has its own nonce. */
export function adminPolicy(nonce: string): string {
  return policy(`'self' 'nonce-${nonce}' 'strict-dynamic'`, `'self' 'unsafe-inline'`)
}

/** The gate's policy: static files only, and WebAssembly for the database and the decoder. */
export const doorPolicy = policy(`'self' 'wasm-unsafe-eval'`, `'self' 'unsafe-inline'`)

function policy(script: string, style: string): string {
  return [
    `default-src 'self'`,
    `script-src ${script}`,
    `style-src ${style}`,
    `img-src 'self' data: blob:`,
    `media-src 'self' blob:`,
    `worker-src 'self' blob:`,
    `connect-src 'self'`,
    `object-src 'none'`,
    `base-uri 'none'`,
    `form-action 'self'`,
    `frame-ancestors 'none'`,
  ].join('; ')
}

/** The sheet of codes: pictures that lie in the page, and no scripts. */
export const sheetPolicy = `default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'`

/** Sent with every answer; the policy where a page has none of its own. */
export const commonHeaders = {
  'content-security-policy': `default-src 'none'; frame-ancestors 'none'`,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(self), microphone=(), geolocation=()',
} as const
