/** What a browser's page does; it is sent there as its source, so it refers to nothing outside. */

export interface PageResult {
  received: number
  wrong: number
  end: { code: number; reason: string; wasClean: boolean }
}

/**
 * Sends 1,000 mixed messages of 1 B to 16 MiB to the echo at `url` and compares what comes back; then closes with
 * 3001, or asks the echo to by a last text of `close`.
 */
export async function exchangeInPage({
  url,
  closer,
}: {
  url: string
  closer: 'page' | 'server'
}): Promise<PageResult> {
  const count = 1_000
  const socket = new WebSocket(url)
  socket.binaryType = 'arraybuffer'
  const sizeAt = (at: number) => {
    if (at === 201 || at === 399 || at === 600) return 2 ** 24
    if (at % 100 === 50) return 2 ** 20
    if (at % 25 === 12) return 65_534 + (at % 5)
    return 1 + ((at * 7_919) % 2_048)
  }
  // Text that compresses well; bytes that do not.
  const messageAt = (at: number): string | Uint8Array<ArrayBuffer> => {
    const size = sizeAt(at)
    if (at % 2 === 0) return `${at} größer, 你好. `.repeat(Math.ceil(size / 20)).slice(0, Math.ceil(size / 2))
    const bytes = new Uint8Array(size)
    let state = at
    for (let i = 0; i < size; i++) {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
      bytes[i] = state >>> 16
    }
    return bytes
  }
  const isSame = (message: string | Uint8Array, data: unknown) => {
    if (typeof message === 'string') return data === message
    if (!(data instanceof ArrayBuffer) || data.byteLength !== message.length) return false
    const bytes = new Uint8Array(data)
    return message.every((byte, i) => byte === bytes[i])
  }

  let received = 0
  let wrong = 0
  let sent = 0
  const sendSome = () => {
    for (; sent < count && sent < received + 32; sent++) socket.send(messageAt(sent))
  }
  return new Promise<PageResult>((resolve) => {
    socket.addEventListener('open', sendSome)
    socket.addEventListener('message', ({ data }) => {
      if (!isSame(messageAt(received), data)) wrong++
      received++
      if (received < count) sendSome()
      else if (closer === 'page') socket.close(3001, 'seen enough')
      else socket.send('close')
    })
    socket.addEventListener('close', ({ code, reason, wasClean }) => {
      resolve({ received, wrong, end: { code, reason, wasClean } })
    })
  })
}
