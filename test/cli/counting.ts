/** Number of lines, written slowly, so that following them takes many requests. */
export const LINES = 400;

/** A command that writes them and exits with 7. */
export const COUNT = `for i in $(seq ${LINES}); do echo line $i; [ $((i % 40)) = 0 ] && sleep 0.3; done; exit 7`;

/** All that it writes. */
export const counted = Array.from({ length: LINES }, (_, at) => `line ${at + 1}\n`).join('');
