/** Tags of pages: what they read of sites. One typed builder, so that writers and readers cannot disagree. */
export const siteTags = {
  /** The table of all sites and hostnames. */
  directory: 'sites',
  /** A site's own facts: name, footer, look. */
  site: (siteId: string) => `site:${siteId}`,
};
