import { useEffect, useState } from 'preact/hooks';

/** A value that views look at, and that is not theirs. */
export type Store<T> = { get(): T; set(value: T): void; onChange(toast: () => void): () => void };

export function newStore<T>(initial: T): Store<T> {
  let held = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => held,
    set: (value) => {
      if (value === held) return;
      held = value;
      for (const toast of listeners) toast();
    },
    onChange: (toast) => {
      listeners.add(toast);
      return () => listeners.delete(toast);
    },
  };
}

/** The store's value, anew at each change of it. */
export function useStore<T>(store: Store<T>): T {
  const [value, setValue] = useState(store.get());
  useEffect(() => {
    setValue(() => store.get());
    return store.onChange(() => setValue(() => store.get()));
  }, [store]);
  return value;
}
