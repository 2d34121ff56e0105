/**
 * A person chooses at least so many characters (code points); what needs a machine to remember it has no use for a lower
 * bound.
 */
export const minPasswordCharacters = 10;
