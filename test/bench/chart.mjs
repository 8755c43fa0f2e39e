/** Line charts on logarithmic axes, side by side, as one SVG that can be read on a light page and on a dark one. */

const PANEL = { width: 300, height: 210 }
/** Around the area of a panel, for its title and labels. */
const MARGIN = { top: 66, right: 20, bottom: 48, left: 58 }

/** By line: its class, its marker around the origin, and its dashes, since not everyone tells colours apart. */
const styles = [
  { marker: '<circle r="3.5"/>', dashes: 'none' },
  { marker: '<rect x="-3.2" y="-3.2" width="6.4" height="6.4"/>', dashes: '6 3' },
  { marker: '<path d="M0-4.4 4.2 3.2H-4.2Z"/>', dashes: '2 3' },
]

const css = `
  text { font: 12px system-ui, sans-serif; fill: var(--text) }
  .title { font-weight: 600; font-size: 13px }
  .grid { stroke: var(--grid) }
  .frame { fill: none; stroke: var(--frame) }
  polyline { fill: none; stroke-width: 2 }
  .line0 { --line: var(--first) } .line1 { --line: var(--second) } .line2 { --line: var(--third) }
  polyline { stroke: var(--line) }
  .marker { fill: var(--line) }
  svg { --page: #fff; --text: #1f2328; --grid: #d8dee4; --frame: #8c959f;
    --first: #0969da; --second: #bc4c00; --third: #8250df }
  @media (prefers-color-scheme: dark) { svg { --page: #0d1117; --text: #e6edf3; --grid: #2a313a; --frame: #6e7681;
    --first: #58a6ff; --second: #f0883e; --third: #d2a8ff } }
`

/**
 * @typedef {{ title: string, x: string, y: string, bytes?: boolean,
 *   lines: { name: string, points: [number, number][] }[] }} Panel
 */

/** All of them have the same lines. */
export function draw(/** @type {Panel[]} */ panels) {
  const step = PANEL.width + MARGIN.left + MARGIN.right
  const width = step * panels.length
  const height = PANEL.height + MARGIN.top + MARGIN.bottom
  const names = panels[0].lines.map(({ name }) => name)
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<title>Rates of ${names.join(', ')} as things grow</title>
<style>${css}</style>
<rect width="${width}" height="${height}" rx="6" fill="var(--page)"/>
${legend(names, width / 2)}
${panels.map((panel, at) => drawPanel(panel, at * step + MARGIN.left)).join('\n')}
</svg>
`
}

function legend(/** @type {string[]} */ names, /** @type {number} */ middle) {
  const widths = names.map((name) => name.length * 7 + 64)
  let left = middle - widths.reduce((sum, width) => sum + width, 0) / 2
  return names
    .map((name, at) => {
      const entry = `<g class="line${at}" transform="translate(${left} 22)">${line(at, '0,0 32,0')}
  <g class="marker" transform="translate(16 0)">${styles[at].marker}</g><text x="40" y="4">${name}</text></g>`
      left += widths[at]
      return entry
    })
    .join('\n')
}

const line = (/** @type {number} */ at, /** @type {string} */ points) =>
  `<polyline points="${points}" stroke-dasharray="${styles[at].dashes}"/>`

function drawPanel(/** @type {Panel} */ { title, x, y, bytes = false, lines }, /** @type {number} */ left) {
  const { width, height } = PANEL
  const xs = lines[0].points.map(([value]) => value)
  const ys = lines.flatMap(({ points }) => points.map(([, rate]) => rate))
  const yTicks = ticksAround(Math.min(...ys), Math.max(...ys))
  const across = scale(xs[0], xs.at(-1), 0, width)
  const up = scale(yTicks[0], yTicks.at(-1), height, 0)
  const vertical = xs
    .map((value) => {
      const at = across(value)
      return `<path class="grid" d="M${at} 0V${height}"/><text x="${at}" y="${height + 18}" text-anchor="middle">${bytes ? size(value) : count(value)}</text>`
    })
    .join('\n  ')
  const horizontal = yTicks
    .map((rate) => {
      const at = up(rate)
      return `<path class="grid" d="M0 ${at}H${width}"/><text x="-8" y="${at + 4}" text-anchor="end">${count(rate)}</text>`
    })
    .join('\n  ')
  const drawn = lines.map(({ name, points }, index) => {
    const places = points.map(([value, rate]) => [across(value), up(rate)])
    const markers = places.map(
      ([px, py], at) =>
        `<g class="marker" transform="translate(${px} ${py})"><title>${name}: ${points[at][1].toPrecision(3)}</title>${styles[index].marker}</g>`,
    )
    return `<g class="line${index}">${line(index, places.join(' '))}${markers.join('')}</g>`
  })
  return `<g transform="translate(${left} ${MARGIN.top})">
  <text class="title" x="0" y="-12">${title}</text><text x="${width}" y="-12" text-anchor="end">${y}</text>
  ${vertical}
  ${horizontal}
  <text x="${width / 2}" y="${height + 38}" text-anchor="middle">${x}</text>
  <rect class="frame" width="${width}" height="${height}"/>
  ${drawn.join('\n  ')}
</g>`
}

/** Puts the logarithms of `low` to `high` on `from` to `to`, to a tenth of a pixel. */
function scale(low, high, from, to) {
  return (/** @type {number} */ value) =>
    Math.round((from + ((to - from) * Math.log(value / low)) / Math.log(high / low)) * 10) / 10
}

/** 1, 2 and 5 of each power of ten, from below the lowest to above the highest. */
function ticksAround(/** @type {number} */ low, /** @type {number} */ high) {
  const all = []
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++) {
    all.push(...[1, 2, 5].map((digit) => Number(`${digit}e${power}`)))
  }
  const first = all.findLastIndex((tick) => tick <= low)
  const ticks = all.slice(first, all.findIndex((tick) => tick >= high) + 1)
  // Over many decades the powers alone, but for the ends.
  const few = ticks.filter(
    (tick, at) => at === 0 || at === ticks.length - 1 || /^1(?:e|0*$)|^0\.0*1$/.test(String(tick)),
  )
  return ticks.length > 9 ? few : ticks
}

const count = (/** @type {number} */ value) =>
  value >= 1e6 ? `${value / 1e6} M` : value >= 1e3 ? `${value / 1e3} k` : String(value)

const size = (/** @type {number} */ bytes) =>
  bytes >= 2 ** 20 ? `${bytes / 2 ** 20} MiB` : bytes >= 1024 ? `${bytes / 1024} KiB` : `${bytes} B`
