import { notifications } from '@mantine/notifications';
import { useEffect } from 'react';
import { Link, useLocation } from 'wouter';
import { client } from '../client.ts';
import { toProblem } from '../problem.ts';

const NOTICE = 'dropped-file';

/** Opens a run file that is dropped on the window. A browser does not tell a page where a file lies: there it says the way. */
export function DroppedFile() {
  const [, navigate] = useLocation();
  useEffect(() => {
    const over = (event: DragEvent) => {
      if (event.dataTransfer?.types.includes('Files') === true) event.preventDefault();
    };
    const drop = (event: DragEvent) => {
      const file = event.dataTransfer?.files[0];
      if (file === undefined) return;
      event.preventDefault();
      void openDropped(file, navigate);
    };
    window.addEventListener('dragover', over);
    window.addEventListener('drop', drop);
    return () => {
      window.removeEventListener('dragover', over);
      window.removeEventListener('drop', drop);
    };
  }, [navigate]);
  return null;
}

async function openDropped(file: File, navigate: (path: string) => void): Promise<void> {
  const path = window.unwindDesktop?.pathOf(file) ?? '';
  if (path === '') {
    notifications.show({
      id: NOTICE,
      title: `${file.name} was not opened`,
      message: (
        <>
          A browser does not tell where a file lies. Enter its path under{' '}
          <Link href="/runs">Runs</Link>, “Open a run file”.
        </>
      ),
      autoClose: 15_000,
    });
    return;
  }
  try {
    const { runId, state } = await client.run.openFile({ path });
    navigate(state === 'planned' ? `/plans/${runId}` : `/runs/${runId}`);
  } catch (error) {
    const { message, hint } = toProblem(error);
    notifications.show({
      id: NOTICE,
      color: 'red',
      title: `${file.name} was not opened`,
      message: `${message} ${hint}`,
      autoClose: false,
    });
  }
}
