/** Opening handshakes without sockets: the bytes of a request in, those of the response out. */
import { load, loadDriver } from '../library.mjs'

const request = Buffer.from(
  'GET /chat HTTP/1.1\r\nHost: localhost:8080\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
    'User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\r\n' +
    'Accept-Language: en-US,en;q=0.5\r\nOrigin: http://localhost\r\n' +
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n',
)

const BATCH = 16

export async function prepare(_params, contender) {
  const open = await servers[contender]()
  return {
    batch: BATCH,
    run() {
      for (let count = 0; count < BATCH; count++) open()
    },
  }
}

const servers = {
  async wirechart() {
    const { ServerProtocol } = await load('src/protocol/index.js')
    return () => {
      const protocol = new ServerProtocol()
      protocol.receiveData(request)
      protocol.sendResponse(protocol.accept(protocol.eventsReceived()[0]))
      if (protocol.state !== 'open' || protocol.dataToSend().length === 0) throw new Error('it did not open')
    }
  },

  async 'websocket-driver'() {
    const websocketDriver = loadDriver()
    return () => {
      const driver = websocketDriver.server()
      driver.on('connect', () => driver.start())
      let answered = false
      driver.io.on('data', () => {
        answered = true
      })
      driver.io.write(request)
      if (!answered) throw new Error('it did not open')
    }
  },
}
