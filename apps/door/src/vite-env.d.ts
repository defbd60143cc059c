/** Where the door serves the wasm of its decoder; put in by the build. */
declare const __ZXING_WASM_URL__: string
