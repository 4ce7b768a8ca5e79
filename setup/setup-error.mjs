/** Set-up cannot go on. The message says what is missing and how to get it; it is all that the user is shown. */
export class SetupError extends Error {}
