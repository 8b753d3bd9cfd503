/** What a name, a token, a median or a mapping dictionary holds. */
export type Dictionary = Map<string, string | number>;

/** The largest published dictionary is 4 MB. */
export const MOST_DICTIONARY_BYTES = 1 << 28;
