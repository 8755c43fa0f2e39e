/** What is used here of `websocket-driver` and its extension, which have no types of their own. */
declare module 'websocket-driver' {
  import type { EventEmitter } from 'node:events'
  import type { Duplex } from 'node:stream'

  export interface Driver extends EventEmitter {
    readonly io: Duplex
    addExtension(extension: object): boolean
    start(): boolean
    text(message: string): boolean
    binary(message: Uint8Array): boolean
    close(reason: string, code: number): boolean
    on(event: 'connect' | 'open', listener: () => void): this
    on(event: 'message', listener: (event: { data: string | Buffer }) => void): this
    on(event: 'close', listener: (event: { code: number; reason: string }) => void): this
  }

  const driver: {
    client(url: string, options?: { maxLength?: number }): Driver
    server(options?: { maxLength?: number }): Driver
  }
  export default driver
}

declare module 'permessage-deflate' {
  const extension: object
  export default extension
}
