/** Something that cannot be opened, in a sentence of the chosen language. */
export class KeepError extends Error {}
