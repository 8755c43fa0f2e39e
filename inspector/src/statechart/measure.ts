/** How wide a text will be; the layout needs it before anything is drawn. */
export interface TextMeasure {
  title(text: string): number
  label(text: string): number
  note(text: string): number
}

/** Fonts of the drawing; `statechart.css` has the same. */
export const TITLE_FONT = '600 15px system-ui, sans-serif'
export const LABEL_FONT = '13px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace'
export const NOTE_FONT = '13px system-ui, sans-serif'

let byCanvas: TextMeasure | null = null

/** By the browser's own fonts. */
export function measureByCanvas(): TextMeasure {
  byCanvas ??= measuring()
  return byCanvas
}

function measuring(): TextMeasure {
  const context = document.createElement('canvas').getContext('2d')
  if (context === null) return measureByGuess
  const width = (font: string) => (text: string) => {
    context.font = font
    return Math.ceil(context.measureText(text).width)
  }
  return { title: width(TITLE_FONT), label: width(LABEL_FONT), note: width(NOTE_FONT) }
}

/** Where there is no canvas: a generous average. */
export const measureByGuess: TextMeasure = {
  title: (text) => Math.ceil(text.length * 8.8),
  label: (text) => Math.ceil(text.length * 7.9),
  note: (text) => Math.ceil(text.length * 7.4),
}
