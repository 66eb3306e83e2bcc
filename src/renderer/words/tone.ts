/** What a colour means. Each tone goes with an icon of its own shape and a word. */
export type Tone = 'done' | 'held' | 'failed' | 'running' | 'undone' | 'idle';
