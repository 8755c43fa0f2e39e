/**
 * Listens in on the WebSocket connections of two programs that are not yours: have the client connect to the tap instead
 * of to the server. Bytes and the ends of TCP pass untouched; what they say is printed.
 *
 *     node examples/tap.mjs ws://127.0.0.1:8765 [PORT]
 */
import net from 'node:net'
import tls from 'node:tls'
import { ClientProtocol, Opcode, parseUri, ServerProtocol } from 'wirechart'
import { permessageDeflate } from 'wirechart/deflate'
import { closeCodeName } from 'wirechart/framing'

const [, , url = 'ws://127.0.0.1:8765', port = '9000'] = process.argv
const target = parseUri(url)
const opcodeNames = Object.keys(Opcode)
let connections = 0

const server = net.createServer({ allowHalfOpen: true }, (client) => {
  const to = { host: target.host, port: target.port, allowHalfOpen: true }
  const upstream = target.secure ? tls.connect({ ...to, servername: target.host }) : net.connect(to)
  // Each reads what one of the two says. What they answer goes nowhere: the real peer answers, or does not.
  const options = { extensions: [permessageDeflate()], maxSize: null, maxFragments: null }
  const ofClient = new ServerProtocol(options)
  const ofServer = new ClientProtocol(target, options)
  const number = ++connections
  pass(client, upstream, ofClient, `#${number} client`, (request) => {
    ofClient.accept(request) // for its extensions
    ofServer.sendRequest(request)
  })
  pass(upstream, client, ofServer, `#${number} server`, (response) => ofClient.sendResponse(response))
})

/** Passes on what `from` sends, and says what it was. */
function pass(from, to, protocol, who, shake) {
  let last = Date.now()
  let wrong = null

  function say(what) {
    console.log(`${new Date().toISOString().slice(11, 23)} ${who}: ${what}`)
  }

  from.on('data', (data) => {
    last = Date.now()
    if (!to.write(data)) from.pause()
    protocol.receiveData(Buffer.from(data)) // a copy, since payloads are unmasked where they are
    for (const event of protocol.eventsReceived()) {
      say(inWords(event, protocol))
      if (event.type !== 'frame') shake(event)
    }
    protocol.dataToSend()
    if (wrong !== null) return
    wrong = protocol.handshakeError ?? protocol.parserError
    if (wrong !== null) say(`wrong: ${wrong.message} (${wrong.code}). What follows passes unread.`)
  })
  to.on('drain', () => from.resume())

  function end(how) {
    if (protocol.transportEnd !== null) return
    const close = protocol.closeReceived === null ? 'no Close frame' : 'a Close frame'
    say(
      `${how}, after ${wrong === null ? close : 'what was wrong'}; its last byte was ${Date.now() - last} ms before`,
    )
    protocol.receiveEof()
  }
  from.on('end', () => {
    end('ends TCP (FIN)')
    to.end()
  })
  from.on('error', (error) => {
    end(`TCP broke (${error.code})`)
    if (to.encrypted || to.connecting) to.destroy()
    else to.resetAndDestroy()
  })
}

function inWords(event, protocol) {
  if (event.type === 'request') return `${event.method} ${event.path}`
  if (event.type === 'response') return `${event.status} ${event.reasonPhrase}`
  const { opcode, payload, fin } = event
  if (opcode === Opcode.close) {
    const { code, reason } = protocol.closeReceived
    return `Close ${code} (${closeCodeName(code)}) ${JSON.stringify(reason)}`
  }
  const name = opcodeNames.find((each) => Opcode[each] === opcode)
  return `${name}${fin ? '' : ', to be continued'}, ${payload.length} bytes`
}

server.listen(Number(port), '127.0.0.1', () => {
  console.log(`ws://127.0.0.1:${server.address().port} leads to ${url}`)
})
