import { ERROR_CODES, type ErrorCode } from '../../../shared/domain/error-codes.ts';
import { ERROR_GUIDE } from '../../../shared/domain/error-guide/error-guide.ts';

const CODES = Object.keys(ERROR_CODES) as ErrorCode[];

/** Whether somebody asks for an error that there is. */
export function errorCodeOf(text: string): ErrorCode | undefined {
  return CODES.find((code) => code === text);
}

/** The codes of which each word of the search stands somewhere in code, guide or old name; all of them without a word. */
export function findErrors(search: string): readonly ErrorCode[] {
  const words = search
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return CODES.filter((code) => {
    const { cause, proof, nextStep, formerly = '' } = ERROR_GUIDE[code];
    const text = [code, code.replaceAll('_', ' '), cause, proof, nextStep, formerly]
      .join(' ')
      .toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
