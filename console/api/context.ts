import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Api } from './client.ts';

export const ApiContext = createContext<Api | undefined>(undefined);

/** The API of this page. */
export function useApi(): Api {
  const api = useContext(ApiContext);
  if (api === undefined) throw new Error('A view stands outside the console.');
  return api;
}
