import { type ReactNode, useEffect, useRef, useState } from 'react';
import table from './table.module.css';

/** The frame of a table. Where the table is wider than its frame it scrolls sideways, and takes the focus so that the arrow keys can do it. */
export function TableBox(props: { readonly isBusy?: boolean; readonly children: ReactNode }) {
  const box = useRef<HTMLDivElement>(null);
  const [isCut, setCut] = useState(false);
  useEffect(() => {
    const { current } = box;
    if (current === null) return undefined;
    const observer = new ResizeObserver(() => {
      setCut(current.scrollWidth > current.clientWidth);
    });
    observer.observe(current);
    for (const child of current.children) observer.observe(child);
    return () => {
      observer.disconnect();
    };
  }, []);
  return (
    <div
      ref={box}
      className={table.scroll}
      aria-busy={props.isBusy}
      {...(isCut ? { tabIndex: 0, role: 'group', 'aria-label': 'Table, scrolls sideways' } : {})}
    >
      {props.children}
    </div>
  );
}
