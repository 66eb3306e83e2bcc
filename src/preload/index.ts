import { contextBridge, ipcRenderer, webUtils } from 'electron';

// Hands one MessagePort from the main process to the page, and tells where a file lies that the operator dropped on it; nothing else
// crosses here.
const PORT_CHANNEL = 'unwind:port';

contextBridge.exposeInMainWorld('unwindDesktop', {
  requestPort(): void {
    ipcRenderer.postMessage(PORT_CHANNEL, null);
  },
  pathOf(file: File): string {
    return webUtils.getPathForFile(file);
  },
});

ipcRenderer.on(PORT_CHANNEL, (event) => {
  window.postMessage({ kind: 'unwind-port' }, window.location.origin, [...event.ports]);
});
