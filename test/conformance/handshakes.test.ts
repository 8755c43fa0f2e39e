/** The opening handshake, against the Sans-I/O layer and over real sockets. */
import { describe, test } from 'vitest'
import { handshakeCategories } from './cases/handshakes.ts'
import { handshakeTitle } from './handshake-case.ts'
import { verifyHandshake as verifySansIo } from './runners/handshake-sans-io.ts'
import { canRunHandshake, verifyHandshake as verifyOverSockets } from './runners/handshake-sockets.ts'
import { cuttings } from './runners/sans-io.ts'
import { paces } from './runners/sockets.ts'

for (const { name, side, cases } of handshakeCategories) {
  describe(name, () => {
    describe(side, () => {
      describe.each(cuttings)('Sans-I/O, %s', (cutting) => {
        for (const each of cases) test(handshakeTitle(each), () => verifySansIo(each, cutting))
      })
      describe.concurrent.each(paces)('sockets, %s', (pace) => {
        for (const each of cases) {
          if (canRunHandshake(each, pace)) test(handshakeTitle(each), () => verifyOverSockets(each, pace))
        }
      })
    })
  })
}
