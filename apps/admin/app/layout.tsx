import '@eventpass/ui/tokens.css'
import './admin.css'
import type { Metadata, Viewport } from 'next'
import type { ReactNode } from 'react'

// A page that Next renders ahead of time carries no nonce, and would not come to life under our policy.
export const dynamic = 'force-dynamic'
export const metadata: Metadata = { title: 'EventPass Pro' }
export const viewport: Viewport = { width: 'device-width', initialScale: 1 }

export default function RootLayout({ children }: { readonly children: ReactNode }) {
  return (
    <html lang="en">
      <body>{children}</body>
    </html>
  )
}
