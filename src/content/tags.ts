/** Tags of pages: what they read of content. One typed builder, so that writers and readers cannot disagree. */
export const contentTags = {
  /** What is listed in a channel or below it. */
  channel: (channelId: string) => `channel:${channelId}`,
  /** An item's title, text or state. */
  item: (itemId: string) => `item:${itemId}`,
  /** Which channels of a site have something to show, and their names. */
  navigation: (siteId: string) => `nav:${siteId}`,
  /** The time of a site's latest publication. */
  news: (siteId: string) => `news:${siteId}`,
  /** The end of a channel's line of documents, where a new one joins after the last. */
  newest: (channelId: string) => `newest:${channelId}`,
};
