/** Light, dark, or what the system says; remembered by the browser. */
export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

const KEY = 'wirechart.theme'

export function readTheme(): Theme {
  try {
    const stored = localStorage.getItem(KEY)
    return themes.find((theme) => theme === stored) ?? 'system'
  } catch {
    // Storage may be forbidden.
    return 'system'
  }
}

/** `inspector.css` has both; `data-theme` says which one, whatever the system says. */
export function applyTheme(theme: Theme): void {
  document.documentElement.dataset['theme'] = theme
  try {
    localStorage.setItem(KEY, theme)
  } catch {
    // Then it is not remembered.
  }
}
