/** Does the address name the lab? By itself, so that asking does not load it. */
export const isLabHash = (hash: string): boolean => /^#lab(?:\/|$)/.test(hash)
