import { setNonce } from 'get-nonce';

/** The nonce that the host put into the page; style elements made at run time carry it. */
export function pageNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';
}

/** Gives the nonce to the scroll lock of dialogs, which makes its own style element. */
export function shareNonceWithScrollLock(): void {
  setNonce(pageNonce());
}
