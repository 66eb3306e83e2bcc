/** A sentence with code between backquotes. */
export function Prose(props: { readonly text: string }) {
  return props.text
    .split('`')
    .map((part, index) => (index % 2 === 1 ? <code key={index}>{part}</code> : part));
}
