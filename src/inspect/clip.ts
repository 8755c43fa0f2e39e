/** At most `limit` characters of `text`, the last of them an ellipsis if there were more; cuts no pair in two. */
export function clip(text: string, limit: number): string {
  if (text.length <= limit) return text
  const end = limit - 1
  const cutsPair = /[\ud800-\udbff]/.test(text[end - 1] ?? '')
  return `${text.slice(0, cutsPair ? end - 1 : end)}…`
}
