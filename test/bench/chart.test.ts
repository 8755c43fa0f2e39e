import { expect, it } from 'vitest'

const { draw } = await import('./chart.mjs' as string)

const panel = (rates: number[]) => ({
  title: 'Growth',
  x: 'things',
  y: 'messages / s',
  lines: [
    { name: 'one', points: rates.map((rate, at) => [10 ** at, rate]) },
    { name: 'other', points: rates.map((rate, at) => [10 ** at, rate * 10]) },
  ],
})

const linesOf = (svg: string) =>
  [...svg.matchAll(/<polyline points="([^"]*)"/g)]
    .map(([, points]) => points!.split(' ').map((point) => point.split(',').map(Number)))
    .filter((points) => points.length > 2)

it('draws what grows tenfold in equal steps, from one side of the panel to the other', () => {
  const [one, other] = linesOf(draw([panel([100, 1000, 10_000])]))
  expect(one!.map(([x]) => x)).toEqual([0, 150, 300])
  expect(one!.map(([, y]) => y)).toEqual([210, 140, 70])
  expect(other!.map(([, y]) => y)).toEqual([140, 70, 0])
})

it('labels the axes around all rates, and names the lines once', () => {
  const svg: string = draw([panel([130, 140, 150]), panel([130, 140, 150])])
  for (const tick of ['100', '2 k', 'things', 'messages / s']) expect(svg).toContain(`>${tick}<`)
  expect(svg).not.toContain('>5 k<')
  expect(svg.match(/>other<\/text>/g)).toHaveLength(1)
})
