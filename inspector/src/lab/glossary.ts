/** Words that somebody who begins may not know, each with a sentence. */
import { closeCodeMeaning } from '../../../src/report/codes.ts'

interface Entry {
  word: RegExp
  means: string
  /** It is said so often that it is explained only once in a lesson. */
  common?: true
}

// The first that fits wins: what says more stands further up.
const entries: readonly Entry[] = [
  {
    word: /\bFIN (?:was )?[01]\b/,
    means:
      'FIN of a frame: the first bit of its header. 1 says that the message ends with this frame, 0 that more fragments follow. It has nothing to do with FIN of TCP.',
  },
  {
    word: /\bFIN\b/,
    means:
      'FIN of TCP: “I shall send nothing more.” It ends one direction; the other one stays until its own FIN. It has nothing to do with the FIN bit of a frame.',
  },
  {
    word: /\bRST\b/,
    means: 'Reset: TCP ends at once in both directions, and what was under way is lost.',
  },
  {
    word: /\bits (?:own )?half(?: of TCP)?\b|\bhalf of TCP\b/,
    means:
      'TCP has two directions, and each side ends its own (half-close). The other side may still send; TCP is over when both halves have ended.',
  },
  {
    word: /\bfail(?:s|ed)? the connection\b/,
    means:
      'To fail the connection: to give it up because of something wrong. A Close frame says why if the connection was open, then nothing more is read, and TCP ends.',
  },
  {
    word: /\bclosing handshake\b/,
    means: 'A Close frame each way, and then the end of TCP. If all of that happened, the end was clean.',
  },
  {
    word: /\bClose frames?\b|\bClose\b/,
    means:
      'Close: the frame with opcode 0x8 that ends a connection, with a code and a reason, or empty. Each side sends one at most, and no data behind it.',
  },
  {
    word: /\bmasked\b|\bmasking key\b|\bunmasks?\b|\bmasks?\b|\bmasking\b/i,
    means:
      'Masking: the payload of every frame from a client is XORed with a random key of four bytes, which stands in the header. The first bit of the second byte says so. Frames of a server are not masked.',
  },
  {
    word: /\bRSV1\b|\breserved bits?\b/,
    means:
      'RSV1, RSV2, RSV3: three bits behind FIN in the header. They are 0 unless an extension was negotiated that uses them.',
  },
  {
    word: /\bopcodes?\b/,
    means:
      'Opcode: four bits of the header that say what a frame is. 0x0 continuation, 0x1 text, 0x2 binary, 0x8 Close, 0x9 Ping, 0xA Pong.',
  },
  {
    word: /\bcontinuation\b/,
    means: 'Continuation: a frame with opcode 0x0, which goes on with the message that was begun before.',
  },
  {
    word: /\bfragment(?:s|ed)?\b/i,
    means:
      'Fragment: one of several frames of a message. The first has its kind, the others are continuations, and the last has FIN 1.',
  },
  {
    word: /\bcontrol frames?\b/i,
    means:
      'Control frames: Close, Ping and Pong. They are about the connection, have 125 bytes at most, and may come between the fragments of a message.',
  },
  {
    word: /\bframes?\b/i,
    means:
      'Frame: what travels over an open connection, one behind the other. A header says what it is and how long; its payload follows.',
    common: true,
  },
  {
    word: /\bmessages?\b/i,
    means:
      'Message: what one application sends and the other gets, as a whole: text, or binary. It travels in one frame, or in several.',
    common: true,
  },
  {
    word: /\bheaders?\b/,
    means:
      'Header of a frame: its first 2 to 14 bytes. They say whether it is the last of its message (FIN), what it is (opcode), how long it is, and from a client with which key it is masked.',
    common: true,
  },
  {
    word: /\bPings?\b/,
    means: 'Ping: a control frame that asks “are you there?”. The answer is a Pong with the same payload.',
  },
  { word: /\bPongs?\b/, means: 'Pong: the answer to a Ping, with the payload of the Ping.' },
  { word: /\bpayloads?\b/, means: 'Payload: what a frame carries, behind its header.' },
  {
    word: /\bpermessage-deflate\b/,
    means: 'permessage-deflate: the extension that compresses messages (RFC 7692).',
  },
  {
    word: /\bextensions?\b/,
    means:
      'Extension: something that both sides agreed to add in the opening handshake (Sec-WebSocket-Extensions), such as compression.',
  },
  {
    word: /\bTCP\b/,
    means:
      'TCP: the connection below WebSocket. It carries bytes both ways, in order, and knows nothing of frames.',
    common: true,
  },
  {
    word: /\bHTTP\b/,
    means:
      'HTTP: the protocol of web pages. A client sends a request, a server answers with a response and its status.',
    common: true,
  },
  {
    word: /\bopening handshake\b/,
    means:
      'Opening handshake: an HTTP request that asks for WebSocket, and the answer 101. Only then there are frames.',
    common: true,
  },
  {
    word: /\bUpgrade: websocket\b/,
    means:
      'Upgrade: a line of an HTTP request that asks to go on with another protocol. Connection: Upgrade goes with it.',
  },
  {
    word: /\b101\b/,
    means: '101 Switching Protocols: the status with which HTTP says yes: what follows is WebSocket.',
  },
  { word: /\b403\b/, means: '403 Forbidden: the status with which HTTP says no to whoever asks.' },
  {
    word: /\bSec-WebSocket-Key\b/,
    means: 'Sec-WebSocket-Key: a line of the request with 16 random bytes, written in base64.',
  },
  {
    word: /\bSec-WebSocket-Accept\b/,
    means:
      'Sec-WebSocket-Accept: a line of the answer with what the server computed from the key. The tab “Handshake” does it step by step.',
  },
  { word: /\bSHA-1\b/, means: 'SHA-1: 20 bytes that are computed from a text; another text gives others.' },
  { word: /\bbase64\b/, means: 'Base64: a way to write any bytes in letters and digits.' },
  {
    word: /\bXOR(?:ed)?\b/,
    means:
      'XOR: compares two bytes bit by bit, and gives 1 where they differ. Done twice with the same key, it undoes itself.',
  },
  { word: /\bTLS\b/, means: 'TLS: encrypts all that goes over TCP, for https:// as for wss://.' },
  {
    word: /\bprox(?:y|ies)\b/,
    means:
      'Proxy: a program between client and server that passes on what they say, and may look at it, or keep answers.',
  },
  {
    word: /\bstatecharts?\b/,
    means:
      'Statechart: the drawing of all states that a side can be in. Those that it is in are lit, and the arrows lead on from there.',
  },
  {
    word: /\bregion\b/,
    means: 'Region: a part of the statechart that has its own state, beside the other parts.',
  },
  { word: /\bapplications?\b/, means: 'Application: the program that uses the connection.', common: true },
  {
    word: /\bclean(?:ly)?\b/i,
    means:
      'Clean: a Close frame went each way, and then TCP ended. Otherwise nobody can be sure that all has arrived.',
  },
  {
    word: /\binflate[sd]?\b/,
    means: 'To inflate: to undo the compression.',
  },
  {
    word: /\bUTF-8\b/,
    means: 'UTF-8: the way in which text is written as bytes. Not every row of bytes is UTF-8.',
  },
  {
    word: /\bGUID\b/,
    means: 'GUID: a fixed text of 36 characters that RFC 6455 made up for this and nothing else.',
  },
  {
    word: /\bsubprotocols?\b/,
    means: 'Subprotocol: what the messages mean, agreed in the opening handshake.',
  },
  {
    word: /\borigin\b/,
    means: 'Origin: the site whose page opens the connection, as the browser says it in the request.',
  },
  {
    word: /\bhosts?\b/,
    means: 'Host: the program around the protocol. It owns the socket and runs the timers.',
  },
]

export interface Piece {
  text: string
  /** Absent: nothing to explain. */
  means?: string
}

const CODE = /\b1(?:00\d|01[0-5])\b/
const anyWord = new RegExp(
  [CODE, ...entries.map(({ word }) => word)].map(({ source }) => source).join('|'),
  'gi',
)

/** The sentences of a lesson in the order in which they are read. */
export function explainAll(sentences: readonly string[]): Piece[][] {
  const told = new Set<string>()
  return sentences.map((sentence) => explain(sentence, told))
}

/** A sentence in pieces; each word is explained where it stands first. What is common is added to what was told. */
export function explain(sentence: string, told = new Set<string>()): Piece[] {
  const pieces: Piece[] = []
  const explained = new Set<string>()
  let done = 0
  for (const { 0: text, index } of sentence.matchAll(anyWord)) {
    const { means, common } = meaningOf(text)
    if (means === null || explained.has(means) || told.has(means)) continue
    explained.add(means)
    if (common) told.add(means)
    if (index > done) pieces.push({ text: sentence.slice(done, index) })
    pieces.push({ text, means })
    done = index + text.length
  }
  if (done < sentence.length) pieces.push({ text: sentence.slice(done) })
  return pieces
}

function meaningOf(text: string): { means: string | null; common: boolean } {
  if (CODE.test(text)) return { means: `${text}: ${closeCodeMeaning(Number(text))}`, common: false }
  const entry = entries.find(({ word }) => word.exec(text)?.[0] === text)
  return { means: entry?.means ?? null, common: entry?.common === true }
}
