/** Ends a command with a sentence for the person who typed it. */
export class CommandFailed extends Error {}
