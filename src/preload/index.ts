import { contextBridge, ipcRenderer } from 'electron';

// Hands one MessagePort from the main process to the page; nothing else crosses here.
const PORT_CHANNEL = 'unwind:port';

contextBridge.exposeInMainWorld('unwindDesktop', {
  requestPort(): void {
    ipcRenderer.postMessage(PORT_CHANNEL, null);
  },
});

ipcRenderer.on(PORT_CHANNEL, (event) => {
  window.postMessage({ kind: 'unwind-port' }, window.location.origin, [...event.ports]);
});
