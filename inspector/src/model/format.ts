/** Numbers as people read them. */

/** `512 B`, `1.5 KiB`. */
export function bytes(count: number): string {
  if (count < 1024) return `${count} B`
  const units = ['KiB', 'MiB', 'GiB', 'TiB']
  let size = count / 1024
  let unit = 0
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024
    unit++
  }
  return `${size < 10 ? size.toFixed(1) : Math.round(size)} ${units[unit]}`
}

/** How long: `340 ms`, `12.4 s`, `3 min 05 s`, `2 h 10 min`, `3 d 4 h`. */
export function duration(ms: number): string {
  // Times have microseconds: a minute less one of them is a minute.
  const whole = Math.round(ms)
  if (whole < 1000) return `${Math.max(0, whole)} ms`
  const seconds = whole / 1000
  if (seconds < 60) return `${seconds.toFixed(1)} s`
  return age(whole)
}

/** The same for what ticks once a second. */
export function age(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min ${two(seconds % 60)} s`
  const hours = Math.floor(minutes / 60)
  if (hours < 24) return `${hours} h ${two(minutes % 60)} min`
  return `${Math.floor(hours / 24)} d ${hours % 24} h`
}

/** Time of day with milliseconds: `14:03:27.120`. */
export function clock(time: number): string {
  const date = new Date(time)
  const parts = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')
  return `${parts}.${String(date.getMilliseconds()).padStart(3, '0')}`
}

/** Since the connection was first seen: `+0.012 s`. */
export function offset(ms: number): string {
  const sign = ms < 0 ? '−' : '+'
  const seconds = Math.abs(ms) / 1000
  if (seconds < 100) return `${sign}${seconds.toFixed(3)} s`
  return `${sign}${age(Math.abs(ms))}`
}

const two = (value: number) => String(value).padStart(2, '0')

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}
