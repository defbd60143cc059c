import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { VitePWA } from 'vite-plugin-pwa'
import { compressed } from './vite/compressed.ts'
import { onlyZxingWasm } from './vite/only-zxing-wasm.ts'
import { wholePrecache } from './vite/whole-precache.ts'

/** Larger than any file of the door; Workbox's own limit of 2 MiB would leave the database out. */
const precachedBytesMax = 32 * 1024 * 1024

export default defineConfig({
  base: '/door/',
  plugins: [
    onlyZxingWasm(),
    react(),
    VitePWA({
      strategies: 'injectManifest',
      srcDir: 'src',
      filename: 'sw.ts',
      injectRegister: false,
      scope: '/door/',
      injectManifest: {
        globPatterns: ['**/*'],
        maximumFileSizeToCacheInBytes: precachedBytesMax,
      },
      manifest: {
        id: '/door/',
        name: 'EventPass door',
        short_name: 'EventPass',
        description: 'Scan tickets at the gate, with or without network.',
        start_url: '/door/',
        scope: '/door/',
        display: 'standalone',
        orientation: 'any',
        background_color: '#0e1116',
        theme_color: '#0e1116',
        icons: [
          { src: 'icon.svg', sizes: 'any', type: 'image/svg+xml' },
          { src: 'icon-192.png', sizes: '192x192', type: 'image/png' },
          { src: 'icon-512.png', sizes: '512x512', type: 'image/png' },
          { src: 'icon-maskable.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
        ],
      },
    }),
    wholePrecache('sw.js'),
    compressed(),
  ],
  build: { target: 'esnext', modulePreload: { polyfill: false } },
  worker: { format: 'es' },
})
