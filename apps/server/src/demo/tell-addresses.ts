import type { Demo } from './seed-demo.ts'

/** What `npm start` says when everything is up: where to go and as whom. */
export function tellAddresses({
  origin,
  demo,
  lan,
}: {
  readonly origin: string
  readonly demo: Demo | null
  readonly lan: { readonly welcomeUrl: string; readonly fingerprint: string } | null
}): string {
  const lines = [
    '',
    'EventPass Pro is up.',
    '',
    `  Organisers   ${origin}/admin`,
    `  Gate staff   ${origin}/door/`,
  ]
  if (lan) {
    lines.push(
      '',
      `  A tablet that comes for the first time opens ${lan.welcomeUrl} and installs the certificate`,
      '  that it finds there, so that it gives the gate its camera. The fingerprint is',
      `  ${lan.fingerprint}`,
    )
  }
  if (!demo) return [...lines, ''].join('\n')
  const logins = demo.logins.map(
    ({ role, email, password }) => `    ${role.padEnd(10)} ${email.padEnd(24)} ${password}`,
  )
  return [
    ...lines,
    '',
    '  To try it:',
    `    1. Sign in at ${origin}/admin:`,
    ...logins,
    '    2. Open this on the tablet (works once, for 10 minutes), then accept it under Tablets:',
    `       ${origin}${demo.pairingPath}`,
    '    3. Show the tablet one of these codes:',
    `       ${origin}/demo/${demo.sheetName}`,
    '    The supervisor PIN of the demo event is 2468.',
    '',
  ].join('\n')
}
