/** What an operator needs to know of an error beyond its own message. Code stands between backquotes. */
export interface ErrorGuide {
  /** What has happened, in general: the message says it of the case at hand. */
  readonly cause: string;
  /** How to see for oneself that this is the cause. */
  readonly proof: string;
  readonly nextStep: string;
  /** What the reference procedures called it, for those who look for that. */
  readonly formerly?: string;
}
