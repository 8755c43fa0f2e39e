/**
 * What either process sends and expects. The message with a number is the same wherever it is made, so that whoever
 * gets it knows it: the next one that comes on a connection must be exactly the next one.
 */
import { Random, seedOf } from './random.mjs'

const words = ['socket', 'naïve', 'Grüße', '一声', '👋', 'frame ', 'close', '\n', '{"a":1}', 'x'.repeat(50)]

const noise = Buffer.alloc(2 ** 20)
const random = new Random(7)
for (let at = 0; at < noise.length; at++) noise[at] = random.below(256)

/** The message `number` that `side` (0: client, 1: server) sends on connection `id`. */
export function messageOf(id, side, number) {
  const random = new Random(seedOf(id, side, number))
  const size = random.of([0, 1, 10, 125, 126, 127, 1_000, 4_000, 20_000, 65_535, 65_536])
  const large = random.below(200) === 0 ? random.below(700_000) : random.below(size + 1)
  if (random.below(2) === 0) {
    const from = random.below(noise.length - large)
    return new Uint8Array(noise.subarray(from, from + large))
  }
  let text = `${number} `
  const limit = Math.min(large, 20_000)
  while (text.length < limit) text += random.of(words)
  return text
}

function isSame(one, other) {
  if (typeof one === 'string' || typeof other === 'string') return one === other
  return Buffer.compare(one, other) === 0
}

async function* pieces(message, random) {
  for (let at = 0; at < message.length; ) {
    const size = 1 + random.below(message.length)
    // Not between the halves of a character.
    const end = at + size + (/[\ud800-\udbff]/.test(message[at + size - 1] ?? '') ? 1 : 0)
    yield typeof message === 'string' ? message.slice(at, end) : message.subarray(at, end)
    at = end
  }
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
const turn = () => new Promise((resolve) => setImmediate(resolve))

/**
 * Sends and receives on a connection until it ends, and says how that went. `closes`: it closes by itself, with
 * this code, behind so many messages.
 */
export async function exchange(connection, { id, side, closes }) {
  const random = new Random(seedOf(id, side, 0xbeef))
  const account = { id, side, sent: 0, refused: 0, received: 0, changed: 0, bytes: 0, pings: 0 }
  const take = (message) => {
    if (!isSame(message, messageOf(id, 1 - side, account.received))) account.changed++
    account.received++
    account.bytes += message.length
  }
  let reading = Promise.resolve()
  if (random.below(2) === 0) connection.onMessage(take)
  else {
    reading = (async () => {
      for await (const message of connection) {
        take(message)
        // Some are slow.
        if (random.below(20) === 0) await pause(random.below(5))
      }
    })().catch(() => {})
  }
  const sending = (async () => {
    while (closes === null || account.sent < closes.behind) {
      const message = messageOf(id, side, account.sent)
      const inFragments = message.length > 0 && random.below(5) === 0
      try {
        await connection.send(inFragments ? pieces(message, random) : message)
        account.sent++
      } catch (error) {
        // The application was told; what was written of it before may have arrived.
        account.refused++
        throw error
      }
      if (random.below(10) === 0) {
        await connection.ping()
        account.pings++
      }
      if (random.below(4) === 0) await turn()
      if (random.below(50) === 0) await pause(random.below(20))
    }
    await connection.close(closes.code, 'soaked')
  })().catch((error) => {
    account.lastError = error.name
  })
  const { code, wasClean, report } = await connection.closed
  await Promise.all([sending, reading])
  return {
    ...account,
    code,
    wasClean,
    closeReceived: report.received !== null,
    closedFirst: report.receivedThenSent === false,
    transportEnd: report.transportEnd?.kind,
    sentClose: report.sent?.code ?? null,
    parserError: report.parserError?.code ?? null,
  }
}
