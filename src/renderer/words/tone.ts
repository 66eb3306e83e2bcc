/** What a colour means; `plain` has no colour because it is no state. Each tone goes with an icon of its own shape and a word. */
export type Tone = 'done' | 'held' | 'failed' | 'running' | 'undone' | 'idle' | 'plain';
