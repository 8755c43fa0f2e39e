import { Sign } from './symbols.ts'

/** The contents of a direction, each sequence once: a number stands for it. 0 is the empty one. */
export class Channels {
  readonly #numbers = new Map<string, number>([['', 0]])
  readonly #contents: (readonly number[])[] = [[]]
  readonly #behind: number[][] = [[]]
  readonly #rest: number[] = [0]
  readonly length: number[] = [0]
  readonly pings: number[] = [0]
  readonly pongs: number[] = [0]

  /** How many there are. */
  get size(): number {
    return this.#contents.length
  }

  of(channel: number): readonly number[] {
    return this.#contents[channel]!
  }

  /** What comes out next; `undefined`: nothing is under way. */
  head(channel: number): number | undefined {
    return this.#contents[channel]![0]
  }

  /** Without the head. */
  rest(channel: number): number {
    return (this.#rest[channel] ??= this.#number(this.#contents[channel]!.slice(1)))
  }

  /** With `symbol` behind it. */
  with(channel: number, symbol: number): number {
    return (this.#behind[channel]![symbol] ??= this.#number([...this.#contents[channel]!, symbol]))
  }

  #number(contents: readonly number[]): number {
    const key = String.fromCharCode(...contents)
    const known = this.#numbers.get(key)
    if (known !== undefined) return known
    const number = this.#contents.push(contents) - 1
    this.#numbers.set(key, number)
    this.#behind.push([])
    this.length.push(contents.length)
    this.pings.push(contents.filter((symbol) => symbol === Sign.ping).length)
    this.pongs.push(contents.filter((symbol) => symbol === Sign.pong).length)
    return number
  }
}
