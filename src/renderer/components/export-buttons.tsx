import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { CsvFormat } from '../../shared/csv.ts';
import { jsonLineOf } from '../../shared/json-line.ts';
import { ErrorPanel } from './problem-panel.tsx';

interface FileFormat<Row> extends CsvFormat<Row> {
  readonly name: string;
  readonly type: string;
}

type Extension = 'csv' | 'jsonl';

/** Saves all rows that a table can show, as CSV or as JSON lines. They are read a page at a time and handed to the browser as a file. */
export function ExportButtons<Row>(props: {
  /** Name of the file without its ending. */
  readonly fileName: string;
  readonly csv: CsvFormat<Row>;
  readonly readAll: () => AsyncIterable<readonly Row[]>;
}) {
  const formats: Readonly<Record<Extension, FileFormat<Row>>> = {
    csv: { name: 'CSV', type: 'text/csv', ...props.csv },
    jsonl: { name: 'JSON lines', type: 'application/x-ndjson', head: '', line: jsonLineOf },
  };
  const saving = useMutation({
    mutationFn: async (extension: Extension) => {
      const { head, line, type } = formats[extension];
      const parts: string[] = [head];
      for await (const rows of props.readAll()) parts.push(rows.map(line).join(''));
      save(`${props.fileName}.${extension}`, new Blob(parts, { type }));
    },
  });
  return (
    <>
      {(['csv', 'jsonl'] as const).map((extension) => (
        <Button
          key={extension}
          variant="default"
          loading={saving.isPending && saving.variables === extension}
          disabled={saving.isPending}
          onClick={() => {
            saving.mutate(extension);
          }}
        >
          Save as {formats[extension].name}
        </Button>
      ))}
      {saving.error === null ? null : <ErrorPanel error={saving.error} />}
    </>
  );
}

function save(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
