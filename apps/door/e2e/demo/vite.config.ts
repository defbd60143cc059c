import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { onlyZxingWasm } from '../../vite/only-zxing-wasm.ts'

/** The screens over the demo gate, built as the product is; never shipped. */
export default defineConfig({
  root: import.meta.dirname,
  base: '/door/',
  publicDir: false,
  plugins: [onlyZxingWasm(), react()],
  build: { target: 'esnext', modulePreload: { polyfill: false }, emptyOutDir: true },
  logLevel: 'warn',
})
