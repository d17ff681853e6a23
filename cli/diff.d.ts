declare module 'diff' {
  /** Unified diff of two texts, with the names of their files in its header. */
  export function createTwoFilesPatch(
    oldFile: string,
    newFile: string,
    oldText: string,
    newText: string,
  ): string;
}
