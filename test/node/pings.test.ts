/** Pings in flight (RFC 6455, section 5.5.3): a pong answers its ping and those before it. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Pings } from '../../src/node/pings.ts'

const settled = () => new Promise<void>((resolve) => setTimeout(resolve))

/** Pings by number, and which of them were answered. */
class Fake {
  readonly pings = new Pings()
  readonly answered: number[] = []
  #sent = 0

  send(payload: Uint8Array): this {
    const number = this.#sent++
    this.pings.add(payload).then(
      () => this.answered.push(number),
      () => {},
    )
    return this
  }
}

const bytes = (...values: number[]) => Uint8Array.from(values)

describe('pings in flight', () => {
  it('are answered by their pong, those before them too', async () => {
    const fake = new Fake().send(bytes(1)).send(bytes(2)).send(bytes(3))
    fake.pings.answer(bytes(2))
    await settled()
    expect(fake.answered).toEqual([0, 1])
    expect([bytes(1), bytes(2), bytes(3)].map((each) => fake.pings.has(each))).toEqual([false, false, true])
  })

  it('are told apart by every byte, whatever it is, wherever the payload lies', async () => {
    const fake = new Fake().send(bytes(0)).send(bytes(0, 0)).send(bytes(0xff)).send(bytes())
    fake.pings.answer(bytes(1, 0xff, 2).subarray(1, 2))
    await settled()
    expect(fake.answered).toEqual([0, 1, 2])
    expect([fake.pings.has(bytes()), fake.pings.has(bytes(0x7f))]).toEqual([true, false])
  })

  it('are not changed by what becomes of the payload', () => {
    const payload = bytes(7)
    const fake = new Fake().send(payload)
    payload[0] = 8
    expect([fake.pings.has(bytes(7)), fake.pings.has(bytes(8))]).toEqual([true, false])
  })

  it('reject when the connection ends, and are none from then on', async () => {
    const pings = new Pings()
    const flight = pings.add(bytes(1))
    pings.end(new Error('over'))
    await expect(flight).rejects.toThrow('over')
    expect(pings.has(bytes(1))).toBe(false)
  })

  it('are those of a plain list, whatever is sent twice and answered', async () => {
    const moves = fc.array(fc.tuple(fc.boolean(), fc.nat(3)), { maxLength: 40 })
    await fc.assert(
      fc.asyncProperty(moves, async (each) => {
        const fake = new Fake()
        const list: { number: number; value: number }[] = []
        const answered: number[] = []
        let sent = 0
        for (const [send, value] of each) {
          if (send) {
            fake.send(bytes(value))
            list.push({ number: sent++, value })
          } else {
            fake.pings.answer(bytes(value))
            const index = list.findIndex((flight) => flight.value === value)
            answered.push(...list.splice(0, index + 1).map(({ number }) => number))
          }
          expect(fake.pings.has(bytes(value))).toBe(list.some((flight) => flight.value === value))
        }
        await settled()
        expect(fake.answered).toEqual(answered)
      }),
    )
  })
})
