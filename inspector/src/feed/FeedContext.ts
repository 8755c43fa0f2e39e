import { createContext, useContext } from 'react'
import type { Feed } from './feed.ts'

/** For the parts of the page that tell the feed something. */
export const FeedContext = createContext<Feed | null>(null)

export function useFeed(): Feed {
  const feed = useContext(FeedContext)
  if (feed === null) throw new Error('there is no feed')
  return feed
}
